// Gigabytes of shards made on the fly and streamed by a process that is killed again and again: nothing lost, little memory.
// npx node bench/streaming/run.ts [--gigabytes 5] [--kills 20] [--seed 0] [--python /usr/bin/python3] [--folder DIR]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { random } from '../../src/domain/random.ts';
import { HEAP, killStreaming, streamingChild } from '../../src/records/testing/kill-streaming.ts';
import { startRangeServer } from '../../src/records/testing/range-server.ts';
import {
  SHARD_FORMATS,
  type ShardFormat,
  type ShardSet,
  shardNames,
  writeShards,
} from '../../src/records/testing/shard-set.ts';
import { journalLines } from '../../src/records/testing/stream-child.ts';
import { table, writeSection } from '../masks/section.ts';

const { values } = parseArgs({
  options: {
    gigabytes: { type: 'string', default: '5' },
    kills: { type: 'string', default: '20' },
    seed: { type: 'string', default: '0' },
    python: { type: 'string', default: '/usr/bin/python3' },
    folder: { type: 'string' },
  },
});
const { seed } = values;
const kills = Number(values.kills);
const perFormat = (Number(values.gigabytes) * 1e9) / SHARD_FORMATS.length;
const LIMIT = 256e6;
const PICTURE = 150_000;
/** About 75 MB, as published shards often have. */
const PER_SHARD = 500;

const folder = mkdtempSync(join(values.folder ?? tmpdir(), 'overread-streaming-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const mb = (bytes: number) => (bytes / 1e6).toFixed(0);
const say = (text: string) => process.stderr.write(`${text}\n`);

/** The system's cache holds the shards before anything is timed, so that code is measured and not the disk. */
function warm(names: readonly string[]): void {
  for (const name of names) readFileSync(join(folder, name));
}

const SCRIPT = fileURLToPath(new URL('peer.py', import.meta.url));

/** Seconds and memory of Python's own modules over the same shards; undefined where there is none for the format. */
function peer(format: ShardFormat, names: readonly string[]) {
  if (format === 'parquet' || !existsSync(values.python)) return undefined;
  const done = spawnSync(values.python, [SCRIPT, format, ...names.map((name) => join(folder, name))], {
    encoding: 'utf8',
  });
  if (done.status !== 0) throw new Error(done.stderr);
  return JSON.parse(done.stdout) as {
    records: number;
    seconds: number;
    cpuSeconds: number;
    peakBytes: number;
  };
}

const rows: string[][] = [];
let failed = false;
let totalBytes = 0;
const brokenOff: string[] = [];
for (const format of SHARD_FORMATS) {
  const stored = format === 'jsonl' ? PICTURE * (4 / 3) : PICTURE;
  const shards = Math.ceil(perFormat / (stored * PER_SHARD));
  const set: ShardSet = { seed, shards, recordsPerShard: PER_SHARD, pictureBytes: PICTURE };
  say(`${format}: writing ${shards} shards`);
  const { bytes, expected } = writeShards(folder, set, format);
  totalBytes += bytes;
  const names = shardNames(set, format);
  const settings = { names, format, batch: 20, pauseMs: 0 };
  warm(names);

  const calm = { ...settings, data: folder, journal: join(folder, `${format}.calm`) };
  const began = performance.now();
  const calmReport = await streamingChild(calm).ended;
  const calmPeak = calmReport.peakBytes;
  const seconds = (performance.now() - began) / 1000;
  const calmLines = journalLines(calm.journal);
  const sound =
    calmLines.length === expected.length &&
    calmLines.every(({ id, sum }, at) => expected[at].id === id && expected[at].sum === sum);
  say(`${format}: ${mb(bytes)} MB, undisturbed ${seconds.toFixed(1)} s, ${mb(calmPeak)} MB resident`);
  const python = peer(format, names);
  if (python !== undefined && python.records !== expected.length) throw new Error('the peer lost records');

  const report = (where: string, result: Awaited<ReturnType<typeof killStreaming>>, speed: string[]) => {
    const peak = Math.max(result.peakBytes, where === 'folder' ? calmPeak : 0);
    const right = result.lost + result.doubled + result.wrong === 0 && peak < LIMIT && sound;
    failed ||= !right;
    say(`${format}, ${where}: ${result.kills} kills, ${right ? 'right' : 'WRONG'}, ${mb(peak)} MB resident`);
    rows.push([
      `${format}, ${where}`,
      `${(bytes / 1e9).toFixed(2)}`,
      ...[result.records, result.kills, result.lost, result.doubled, result.wrong].map(String),
      mb(peak),
      ...speed,
    ]);
  };

  const killed = { ...settings, data: folder, journal: join(folder, `${format}.killed`) };
  report('folder', await killStreaming({ ...killed, expected, kills, seed }), [
    `${mb(bytes / seconds)} / ${mb(bytes / calmReport.cpuSeconds)}`,
    python === undefined ? '–' : `${mb(bytes / python.seconds)} / ${mb(bytes / python.cpuSeconds)}`,
  ]);

  // Every third reply breaks off somewhere.
  const rng = random(seed, 'breaks', format);
  const server = await startRangeServer(folder, () => (rng.int(3) === 0 ? rng.int(4 << 20) : undefined));
  const overHttp = { ...settings, data: server.url, journal: join(folder, `${format}.http`) };
  const result = await killStreaming({ ...overHttp, expected, kills: Math.ceil(kills / 4), seed });
  say(`${format}, address: ${server.requests()} requests, ${server.broken()} broken off`);
  brokenOff.push(`${server.broken()} of ${server.requests()}`);
  report('address', result, ['–', '–']);
  await server.close();
  rmSync(join(folder, format), { recursive: true });
}

const section = `## Streaming: killed at random, resumed, in little memory

\`npx node bench/streaming/run.ts --gigabytes ${values.gigabytes} --kills ${kills} --seed ${seed}\`

${(totalBytes / 1e9).toFixed(1)} GB of shards with made-up pictures (${PICTURE / 1000} kB on average, incompressible) are written to a temporary
folder: Parquet with the pictures embedded, one row group a shard and no page index; WebDataset tar; JSON lines with
base64. A process streams them and durably writes down number, check sum and cursor of every record; it is killed
(SIGKILL) at random moments and started again from the last cursor it wrote. Then the same over HTTP ranges from a
server on the loopback address that breaks replies off at random bytes (${brokenOff.join(', ')} replies). "Wrong" counts
records out of order or with other bytes. Resident memory is the most of any of the processes, Node itself included, with
a bounded heap (\`${HEAP.join(' ')}\`: unbounded, garbage lay longer, and up to 272 MB were resident).
Speed is that of a whole undisturbed process, its start and its durable writes included, with the shards in the system's
cache: MB a second by the clock / by time on processors, since other work shared the machine. The peer is the \`tarfile\`
and \`json\` of Python ${pythonVersion()} over the same shards, its start and writes left out; for Parquet it has none.
${cpus().length} cores, ${cpus()[0]?.model.trim() ?? 'unknown'}, Node ${process.versions.node}.

${table(
  ['shards', 'GB', 'records', 'kills', 'lost', 'doubled', 'wrong', 'resident MB', 'MB/s', 'peer MB/s'],
  rows,
)}
`;
writeSection(fileURLToPath(new URL('../README.md', import.meta.url)), 'streaming', section);
process.stdout.write(section);
if (failed) process.exitCode = 1;

function pythonVersion(): string {
  const { stdout } = spawnSync(values.python, ['--version'], { encoding: 'utf8' });
  return stdout?.trim().replace('Python ', '') ?? '';
}
