// The kill campaign: a run killed at random points and resumed each time, beside the same run left alone.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { contentHash, sha256 } from '../../domain/content-hash.ts';
import { random } from '../../domain/random.ts';
import type { Read } from '../../domain/read.ts';
import { startLoopback } from '../../experts/testing/loopback.ts';
import { faultsByQuestion } from '../../experts/testing/loopback-faults.ts';
import { openStore, type Store } from '../../storage/store.ts';

export interface ChildSettings {
  readonly store: string;
  readonly benchmark: string;
  readonly url: string;
  readonly reader: string;
  readonly concurrency: number;
}

export interface KillCampaign {
  /** Benchmark folder with its sources. */
  readonly benchmark: string;
  /** Empty folder for the two stores. */
  readonly scratch: string;
  readonly reader: string;
  readonly kills: number;
  readonly seed: string;
  /** Default 8. */
  readonly concurrency?: number;
  readonly onKill?: (kill: number, committed: number) => void;
}

export interface CampaignResult {
  /** Hashes of the final reads, times and costs left out: what a table is made of. */
  readonly undisturbed: string;
  readonly disturbed: string;
  readonly reads: number;
  readonly byStatus: Readonly<Record<string, number>>;
  /** Kills that met the run under way. */
  readonly kills: number;
  /** As the run's record counts them. */
  readonly resent: number;
  /** Requests beyond those of the undisturbed run that reached the server. */
  readonly extraRequests: number;
  /** Committed reads that a later session changed: must be 0. */
  readonly overwritten: number;
}

/** Lasting faults stay whatever is sent again; passing ones are over by the next try. */
const FAULTS = [
  { kind: 'rate-limit', share: 0.06 },
  { kind: 'server-error', share: 0.06 },
  { kind: 'disconnect', share: 0.06 },
  { kind: 'garbage', share: 0.12, times: Number.POSITIVE_INFINITY },
  { kind: 'refusal', share: 0.1, times: Number.POSITIVE_INFINITY },
  { kind: 'unknown-tool', share: 0.05, times: Number.POSITIVE_INFINITY },
  { kind: 'wrong-arguments', share: 0.05, times: Number.POSITIVE_INFINITY },
] as const;

/** A model whose answers follow from the question alone, so that they do not depend on when they are asked for. */
async function startModel(seed: string, port = 0) {
  return startLoopback({
    port,
    record: false,
    fault: faultsByQuestion(FAULTS, seed),
    answer: ({ question, body, toolResults }) => {
      const draw = Number.parseInt(sha256(question).slice(0, 8), 16);
      if (body.tools !== undefined && toolResults === 0 && draw % 3 > 0)
        return {
          delayMs: draw % 7,
          toolCalls: [{ name: 'measure', arguments: { target: 'liver', measurement_type: 'volume_cm3' } }],
        };
      return { delayMs: draw % 7, text: draw % 11 === 0 ? 'It depends.' : 'ABCD'[draw % 4] };
    },
  });
}

export async function killCampaign(campaign: KillCampaign): Promise<CampaignResult> {
  const { benchmark, scratch, reader, seed, concurrency = 8 } = campaign;
  const settings = (name: string, url: string): ChildSettings => ({
    store: join(scratch, `${name}.db`),
    benchmark,
    url,
    reader,
    concurrency,
  });
  const calm = await startModel(seed);
  await child(settings('undisturbed', calm.url)).ended;
  const requests = calm.count();
  await calm.close();

  // The same address, since it stands in the sentences of failed reads.
  const model = await startModel(seed, Number(new URL(calm.url).port));
  const disturbed = settings('disturbed', model.url);
  const rng = random(seed, 'kills');
  const store = await openStore(disturbed.store);
  const seen = new Map<string, string>();
  let kills = 0;
  let overwritten = 0;
  for (let kill = 1; kill <= campaign.kills; kill++) {
    const run = child(disturbed);
    // Somewhere in the share of the requests that falls to this kill.
    const until = model.count() + 1 + rng.int(Math.max(1, Math.floor(requests / (campaign.kills + 1))));
    while (model.count() < until && !run.over()) await sleep(1);
    await sleep(rng.uniform(0, 12));
    if (run.kill()) kills++;
    await run.ended;
    overwritten += await changed(store, seen);
    campaign.onKill?.(kill, seen.size);
  }
  await child(disturbed).ended;
  overwritten += await changed(store, seen);
  const extraRequests = model.count() - requests;
  await model.close();

  const calmStore = await openStore(settings('undisturbed', '').store);
  const before = await table(calmStore);
  const after = await table(store);
  const resent = (await store.runs())[0]?.resent ?? 0;
  await calmStore.close();
  await store.close();
  return {
    undisturbed: before.hash,
    disturbed: after.hash,
    reads: after.reads,
    byStatus: after.byStatus,
    kills,
    resent,
    extraRequests,
    overwritten,
  };
}

function child(settings: ChildSettings) {
  const script = new URL('kill-child.ts', import.meta.url).pathname;
  const process_ = spawn(process.execPath, [script, JSON.stringify(settings)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let words = '';
  let over = false;
  let killed = false;
  process_.stderr.on('data', (chunk: Buffer) => {
    words += chunk.toString();
  });
  const ended = new Promise<void>((resolve, reject) => {
    process_.on('close', (code) => {
      over = true;
      if (code === 0 || killed) resolve();
      else reject(new Error(`the child ended with ${code}: ${words}`));
    });
  });
  return {
    ended,
    over: () => over,
    kill: (): boolean => {
      if (over) return false;
      killed = true;
      return process_.kill('SIGKILL');
    },
  };
}

async function readsOf(store: Store): Promise<Read[]> {
  const [run] = await store.runs();
  const reads: Read[] = [];
  if (run !== undefined) for await (const read of store.reads(run.id)) reads.push(read);
  return reads;
}

/** How many reads that were committed before are no longer what they were; notes the new ones. */
async function changed(store: Store, seen: Map<string, string>): Promise<number> {
  let count = 0;
  const now = new Map(
    (await readsOf(store)).map((read) => [`${read.questionId}#${read.repeat}`, contentHash(read)]),
  );
  for (const [key, hash] of seen) if (now.get(key) !== hash) count++;
  for (const [key, hash] of now) seen.set(key, hash);
  return count;
}

async function table(store: Store) {
  const reads = await readsOf(store);
  const byStatus: Record<string, number> = {};
  for (const { status } of reads) byStatus[status] = (byStatus[status] ?? 0) + 1;
  const lasting = reads.map(({ runId, at, milliseconds, requests, toolCalls, ...read }) => ({
    ...read,
    toolCalls: toolCalls.map(({ milliseconds: _, ...call }) => call),
  }));
  return { hash: contentHash(lasting), reads: reads.length, byStatus };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
