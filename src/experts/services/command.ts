// A program of this machine as an expert: "espeak-ng -w {output} {text}", without a shell, through a scratch folder.
import { mkdtemp, open as openFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { contentHash } from '../../domain/content-hash.ts';
import { OverreadError } from '../../domain/errors.ts';
import type { ExpertRole, ExpertRoles, StoredBytes } from '../../domain/expert.ts';
import type { ServiceDeps, ServicePlugin } from '../expert-service.ts';
import { lastJsonObject } from '../json-reply.ts';
import { keptExpert } from '../kept-expert.ts';
import { MAX_REPLY, secondsOption } from '../outside-service.ts';
import { programThere, runProgram } from '../run-program.ts';
import { type Ask, expertOver, type ServiceRequest } from '../service-roles.ts';
import { monoWave, waveBytes } from '../speech/wave.ts';

/** Words of a command line; quotes hold words together, nothing else has a meaning. Throws `bad-argument`. */
export function wordsOf(line: string): string[] {
  const words: string[] = [];
  for (const [, double, single, bare] of line.matchAll(/"([^"]*)"|'([^']*)'|([^\s"']+)/g))
    words.push(double ?? single ?? bare);
  return words;
}

const ENDINGS: Readonly<Record<string, string>> = {
  'image/png': '.png',
  'image/jpeg': '.jpg',
  'audio/wav': '.wav',
  'audio/mpeg': '.mp3',
};

/** Placeholders that each role has something for. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  segment: ['input', 'phrase', 'output'],
  ground: ['input', 'phrase', 'output'],
  classify: ['input', 'labels', 'output'],
  transcribe: ['input', 'output'],
  speak: ['text', 'output'],
};

/** Printed output that is looked at: transcripts, boxes and labels are short. */
const MAX_PRINTED = 4 * 1024 * 1024;

function checkPlaces(role: ExpertRole, words: readonly string[]): void {
  const used = words.flatMap((word) => [...word.matchAll(/\{(\w+)\}/g)].map(([, place]) => place));
  const known = PLACES[role] ?? [];
  const strange = used.find((place) => !known.includes(place));
  const needed = role === 'speak' ? ['text', 'output'] : ['input'];
  const missing = needed.find((place) => !used.includes(place));
  if (words.length === 0 || strange !== undefined || missing !== undefined)
    throw new OverreadError(
      'bad-argument',
      `--expert ${role}=command: takes a program with ${known.map((place) => `{${place}}`).join(', ')}${missing === undefined ? '' : ` ({${missing}} is needed)`}.`,
    );
}

/** Input as a file: sounds as mono WAV of the wanted rate, since recognisers know one only. */
async function inputFile(folder: string, stored: StoredBytes, rate: number | undefined): Promise<string> {
  const ending = ENDINGS[stored.mediaType] ?? '';
  const bytes = await stored.bytes();
  const path = join(folder, `input${ending}`);
  const ready =
    stored.mediaType === 'audio/wav' && rate !== undefined ? waveBytes(monoWave(bytes, rate)) : bytes;
  await writeFile(path, ready, { mode: 0o600 });
  return path;
}

/** A word that a program could take for one of its options is moved behind a blank. */
const asWord = (text: string): string => {
  const plain = text.replaceAll('\u0000', '');
  return plain.startsWith('-') ? ` ${plain}` : plain;
};

async function outputOf(path: string, name: string): Promise<Buffer | undefined> {
  const file = await openFile(path, 'r').catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const { size } = await file.stat();
    if (size > MAX_REPLY)
      throw new OverreadError(
        'expert-failed',
        `${name} wrote more than ${MAX_REPLY >> 20} MiB: let it write less.`,
      );
    return size === 0 ? undefined : await file.readFile();
  } finally {
    await file.close();
  }
}

function soundType(bytes: Buffer): string {
  return bytes.subarray(0, 4).toString('latin1') === 'RIFF' ? 'audio/wav' : 'audio/mpeg';
}

const plugin: ServicePlugin = {
  id: 'command',
  summary: 'a program of this machine, e.g. pocketsphinx_continuous -infile {input}',
  roles: ['segment', 'ground', 'classify', 'transcribe', 'speak'],
  positional: 'run',
  options: {
    run: 'program and arguments with {input}, {output}, {text}, {phrase}, {labels} as the role has them',
    rate: 'samples a second that a WAV is turned to before it is transcribed, or "as-is" (default 16000)',
    timeout: 'seconds for one call (default 60)',
    version: 'the program’s version: a new one makes results anew (default none)',
  },
  async open<Role extends ExpertRole>(
    role: Role,
    options: Readonly<Record<string, string>>,
    deps: ServiceDeps,
  ): Promise<ExpertRoles[Role]> {
    const [program, ...args] = wordsOf(options.run ?? '');
    checkPlaces(role, program === undefined ? [] : [program, ...args]);
    const name = basename(program);
    const timeoutMs = secondsOption(options.timeout, 60, 'command');
    const rate = options.rate === 'as-is' ? undefined : Number(options.rate ?? 16_000);
    if (rate !== undefined && !(rate >= 4000 && rate <= 192_000))
      throw new OverreadError('bad-argument', 'command: rate is 4000 to 192000 samples a second, or as-is.');
    const ask: Ask = async (request, call) => {
      // A scratch folder that only its owner can look into, gone whatever happens.
      const folder = await mkdtemp(join(tmpdir(), 'overread-expert-'));
      try {
        const stored = request.picture ?? request.audio;
        const output = join(
          folder,
          `output${role === 'speak' ? '.wav' : role === 'segment' ? '.png' : '.json'}`,
        );
        const values: Readonly<Record<string, string>> = {
          output,
          input: stored === undefined ? '' : await inputFile(folder, stored, rate),
          text: asWord(request.text ?? ''),
          phrase: asWord(request.phrase ?? ''),
          labels: asWord((request.labels ?? []).join(',')),
        };
        const printed = await runProgram({
          ...{ program, folder, timeoutMs, maxOutput: MAX_PRINTED, flag: '--expert' },
          args: args.map((arg) => arg.replace(/\{(\w+)\}/g, (_, place: string) => values[place] ?? '')),
          ...(call?.signal === undefined ? {} : { signal: call.signal }),
        });
        return replyOf(request, printed, await outputOf(output, name), name);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    };
    const about = {
      id: `command:${name}`,
      hash: contentHash({
        ...{ service: 'command', role, program, args },
        ...{ rate: rate ?? null, version: options.version ?? null },
      }),
      health: () => programThere(program),
    };
    return keptExpert(role, expertOver(role, about, ask, deps), deps);
  },
};
export default plugin;

/** What it wrote into {output}, or else what it printed, in the form that a server would send. */
function replyOf(
  { role }: ServiceRequest,
  printed: string,
  written: Buffer | undefined,
  name: string,
): unknown {
  if (role === 'speak') {
    if (written === undefined)
      throw new OverreadError('expert-failed', `${name} ended well but wrote no sound into {output}.`);
    return { audio: written.toString('base64'), mediaType: soundType(written) };
  }
  if (role === 'segment' && written !== undefined) return { mask: written.toString('base64') };
  const text = written?.toString() ?? printed;
  const object = lastJsonObject(text);
  if (role !== 'transcribe') return object;
  // A recogniser that hears nothing prints nothing: that is an answer.
  return typeof object?.text === 'string' ? object : { text: text.replace(/\s+/g, ' ').trim() };
}
