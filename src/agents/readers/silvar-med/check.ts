// SilVar-Med's check: the same reader is asked in writing and by a spoken question, and by noise in place of one.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckContext, CheckResult } from '../../../domain/method.ts';
import { type Random, random } from '../../../domain/random.ts';
import type { Raster } from '../../../domain/volume.ts';
import { programPath, runProgram } from '../../../experts/run-program.ts';
import { waveBytes } from '../../../experts/speech/wave.ts';
import { startBytes } from '../../../experts/testing/bytes-server.ts';
import { greyAt, type SeenRequest, startSimulatedReader } from '../../../experts/testing/simulated-reader.ts';
import { writePng } from '../../../imaging/write-png.ts';
import { type WrittenItem, writeItemsFile } from '../../checks/items-folder.ts';
import { toneSpeech, wordsOfTones } from './tone-code.ts';

/** One word of each tells which question it is. */
const QUESTIONS = {
  upper: 'is the upper half of the picture dark',
  lower: 'is the lower half of the picture dark',
  square: 'does the picture show a square in the middle',
  circle: 'does the picture show a circle in the middle',
} as const;
type Asked = keyof typeof QUESTIONS;
const ASKED = Object.keys(QUESTIONS) as Asked[];
const VOCABULARY = [...new Set(Object.values(QUESTIONS).flatMap((text) => text.split(' ')))];

const SIDE = 48;
const ITEMS = 120;

/** The declared error model. */
const LAPSE = 0.08;
const MARGIN = 0.15;
const ERROR_MODEL = `the reader measures the picture, says the opposite in ${LAPSE * 100} % of replies, and guesses where no question, or more than one, reaches it`;

interface Scene {
  readonly upperDark: boolean;
  readonly lowerDark: boolean;
  readonly square: boolean;
}

function drawn({ upperDark, lowerDark, square }: Scene): Raster {
  const data = new Uint8Array(SIDE * SIDE);
  for (let y = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE; x++) {
      const [dx, dy] = [x - SIDE / 2 + 0.5, y - SIDE / 2 + 0.5];
      const inside = square ? Math.max(Math.abs(dx), Math.abs(dy)) < 8 : dx * dx + dy * dy < 64;
      data[y * SIDE + x] = inside ? 250 : (y < SIDE / 2 ? upperDark : lowerDark) ? 40 : 160;
    }
  return { width: SIDE, height: SIDE, channels: 1, data };
}

const truth = ({ upperDark, lowerDark, square }: Scene): Record<Asked, boolean> => ({
  upper: upperDark,
  lower: lowerDark,
  square,
  circle: !square,
});

/** What the simulated reader replies: from the words and the picture that it was sent, nothing else. */
export function simulatedReply({ asked, pictures }: SeenRequest, rng: Random): string {
  const words = new Set(asked.toLowerCase().match(/[a-z]+/g) ?? []);
  const found = ASKED.filter((word) => words.has(word));
  const [picture] = pictures;
  const seen = (x: number, y: number) =>
    greyAt(picture, Math.floor(x * picture.width), Math.floor(y * picture.height));
  const shown: Scene = {
    upperDark: seen(0.1, 0.1) < 100,
    lowerDark: seen(0.1, 0.9) < 100,
    // The corner of a square of this size; a circle leaves it to the background.
    square: seen(0.5 - 7 / SIDE, 0.5 - 7 / SIDE) > 200,
  };
  const fits = found.length === 1 ? truth(shown)[found[0]] : rng.next() < 0.5;
  const said = (rng.next() < LAPSE ? !fits : fits) ? 'yes' : 'no';
  return new RegExp(`^([A-Z])\\. ${said}$`, 'm').exec(asked)?.[1] ?? said;
}

async function writeItems(folder: string, sounds: Record<Asked, Uint8Array>, rng: Random): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const asked of ASKED) await writeFile(join(folder, `${asked}.wav`), sounds[asked]);
  const items: WrittenItem[] = [];
  for (let at = 0; at < ITEMS; at++) {
    const asked = ASKED[at % ASKED.length];
    const scene = { upperDark: rng.next() < 0.5, lowerDark: rng.next() < 0.5, square: rng.next() < 0.5 };
    await writePng(join(folder, `p${at}.png`), drawn(scene));
    items.push({
      id: `item-${at}`,
      question: QUESTIONS[asked],
      options: at % 3 === 0 ? ['no', 'yes'] : ['yes', 'no'],
      answer: truth(scene)[asked] ? 'yes' : 'no',
      pictures: [`p${at}.png`],
      audio: `${asked}.wav`,
    });
  }
  await writeItemsFile(folder, items);
}

/** How the check speaks and listens on this machine. */
interface Voice {
  readonly what: string;
  readonly transcribe: string;
  speak(asked: Asked): Promise<Uint8Array>;
  close(): Promise<void>;
}

const SPHINX = 'pocketsphinx_continuous';

async function voiceOf(scratch: string, signal: AbortSignal): Promise<Voice> {
  const real = (await programPath('espeak-ng')) !== undefined && (await programPath(SPHINX)) !== undefined;
  return real ? spokenVoice(scratch, signal) : toneVoice();
}

async function spokenVoice(scratch: string, signal: AbortSignal): Promise<Voice> {
  // The recogniser is told which questions there may be, as a ward's own list would be.
  const grammar = join(scratch, 'questions.gram');
  const public_ = Object.values(QUESTIONS).join(' | ');
  await writeFile(grammar, `#JSGF V1.0;\ngrammar questions;\npublic <question> = ${public_} ;\n`);
  return {
    what: 'spoken by espeak-ng, heard by pocketsphinx with a grammar of the four questions',
    transcribe: `transcribe=command:${SPHINX} -infile {input} -jsgf "${grammar.replaceAll(',', ',,')}" -logfn /dev/null`,
    async speak(asked) {
      const path = join(scratch, `${asked}.wav`);
      const args = ['-v', 'en-us', '-s', '150', '-w', path, QUESTIONS[asked]];
      await runProgram({ program: 'espeak-ng', args, folder: scratch, timeoutMs: 20_000, signal });
      return new Uint8Array(await readFile(path));
    },
    close: async () => {},
  };
}

/** A server that takes what the tones say for words. */
async function toneVoice(): Promise<Voice> {
  const server = await startBytes(({ method, body }) => {
    if (method === 'GET') return { body: 'ok' };
    const { audio } = JSON.parse(body.toString()) as { audio: string };
    const text = wordsOfTones(Buffer.from(audio, 'base64'), VOCABULARY).join(' ');
    return { body: JSON.stringify({ text }), type: 'application/json' };
  });
  return {
    what: 'a code of tones for words, NOT speech recognition (espeak-ng or pocketsphinx is not installed)',
    transcribe: `transcribe=http:${server.origin}/transcribe`,
    speak: async (asked) => waveBytes(toneSpeech(QUESTIONS[asked].split(' '), VOCABULARY)),
    close: () => server.close(),
  };
}

function noise(rng: Random): Uint8Array {
  const samples = new Float32Array(32_000).map(() => (rng.next() - 0.5) * 0.2);
  return waveBytes({ rate: 16_000, samples });
}

export async function check(context: CheckContext): Promise<Omit<CheckResult, 'method' | 'seconds'>> {
  const rng = random(context.seed, 'silvar-med');
  const voice = await voiceOf(context.scratch, context.signal);
  const server = await startSimulatedReader({ seed: context.seed, answer: simulatedReply, record: false });
  try {
    const spoken: Partial<Record<Asked, Uint8Array>> = {};
    const nothing: Partial<Record<Asked, Uint8Array>> = {};
    for (const asked of ASKED) {
      spoken[asked] = await voice.speak(asked);
      nothing[asked] = noise(rng.fork(asked));
    }
    const folders = { said: join(context.scratch, 'said'), noise: join(context.scratch, 'noise') };
    await writeItems(folders.said, spoken as Record<Asked, Uint8Array>, rng.fork('items'));
    await writeItems(folders.noise, nothing as Record<Asked, Uint8Array>, rng.fork('items'));
    const read = async (data: string, mode: 'asked' | 'written') => {
      const report = await context.readRelease({
        ...{ benchmark: 'own-items', data, mode, server: server.url },
        readers: [mode === 'written' ? 'direct@compatible/sim' : 'silvar-med@compatible/sim'],
        ...(mode === 'written' ? {} : { experts: [voice.transcribe] }),
      });
      const [{ score, ci95, n }] = report.readers[0].overall;
      return { score: score ?? 0, ci95: ci95 ?? ([0, 1] as const), n };
    };
    const written = await read(folders.said, 'written');
    const said = await read(folders.said, 'asked');
    const unheard = await read(folders.noise, 'asked');
    const held = unheard.ci95[0] <= 0.5;
    return {
      passed: said.ci95[0] > 0.5 && said.score >= written.score - MARGIN && held,
      baseline: { name: 'accuracy, the question written', value: written.score },
      result: { name: 'accuracy, the question spoken and transcribed', value: said.score },
      ci95: [said.ci95[0], said.ci95[1]],
      mustNotWin: {
        regime: 'noise in place of the question, against chance',
        value: unheard.score,
        against: 0.5,
        held,
      },
      detail: `${said.n} made pictures, ${voice.what}; ${ERROR_MODEL}. Passes when speech is above chance and at most ${MARGIN} below writing.`,
    };
  } finally {
    await server.close();
    await voice.close();
  }
}
