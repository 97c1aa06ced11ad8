// For tests: a store on disk with runs of scripted readers, whose answers, calls and confidences are drawn by seed.
import { join } from 'node:path';
import type { Key } from '../../../domain/question.ts';
import { random } from '../../../domain/random.ts';
import { emptyOutcome, type ToolCall } from '../../../domain/read.ts';
import type { Reader } from '../../../domain/reader.ts';
import { phantomCohort, writeCohort } from '../../../phantoms/cohort.ts';
import { buildBenchmark } from '../../../questions/build.ts';

/** A benchmark of small phantoms below `folder`; its keys are encrypted when a passphrase is given. */
export async function smallBenchmark(folder: string, cases: number, passphrase?: string): Promise<string> {
  const scans = join(folder, 'scans');
  const out = join(folder, 'benchmark');
  await writeCohort(scans, phantomCohort({ seed: 5, cases, shape: [48, 48, 40] }));
  await buildBenchmark({
    source: scans,
    out,
    seed: '5',
    ...(passphrase === undefined ? {} : { passphrase }),
  });
  return out;
}

export interface ScriptedReader {
  readonly name: string;
  /** Share of questions that it knows the answer of; each step of evidence adds 0.2. */
  readonly knows: number;
  /** Says how sure it is. */
  readonly confident?: boolean;
  /** Makes the first so many calls of the gold chain. */
  readonly calls?: number;
}

/** A reader that knows some answers, is silent, refuses, fails or is not able to with a tenth of the others each. */
export function scriptedReader(keys: ReadonlyMap<string, Key>, scripted: ScriptedReader): Reader {
  const { name, knows, confident = false, calls } = scripted;
  return {
    name,
    capabilities: { formats: ['mc', 'free'], needsImage: false, needsMasks: false },
    async read({ question, evidence = [] }) {
      const key = keys.get(question.id.replace(/@\d+~?$/, ''));
      const draw = random(name, question.id);
      const right = key !== undefined && draw.next() < knows + 0.2 * evidence.length;
      const confidence = Math.round(100 * (right ? 0.4 + 0.6 * draw.next() : draw.next())) / 100;
      const toolCalls = (key?.evidence ?? []).slice(0, calls ?? 0).flatMap((step, at): ToolCall[] =>
        step.tool === undefined
          ? []
          : [
              {
                step: at,
                tool: step.tool,
                arguments: step.arguments ?? {},
                result: step.primitive === 'measure' ? { value: step.value } : { mask_found: true },
                milliseconds: 1,
              },
            ],
      );
      const shared = {
        ...emptyOutcome(),
        toolCalls: draw.next() < 0.8 ? toolCalls : [],
        milliseconds: 5,
        ...(confident ? { confidence } : {}),
      };
      const luck = draw.next();
      if (right && key !== undefined)
        return {
          ...shared,
          status: 'answered',
          raw: key.letter,
          answer: { kind: 'choice', letter: key.letter },
        };
      if (luck < 0.1) return { ...shared, status: 'failed', raw: '', reason: 'it broke' };
      if (luck < 0.2) return { ...shared, status: 'refused', raw: 'I cannot help with that.' };
      if (luck < 0.3) return { ...shared, status: 'unsupported', raw: '' };
      if (luck < 0.4) return { ...shared, status: 'answered', raw: '=HYPERLINK("x"), hm' };
      const letter = question.options[Math.floor(draw.next() * question.options.length)]?.letter ?? 'A';
      return { ...shared, status: 'answered', raw: letter, answer: { kind: 'choice', letter } };
    },
  };
}
