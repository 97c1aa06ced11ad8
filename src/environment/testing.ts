// A small environment in memory, for tests: boxes with a lesion or none, their questions and keys.
import type { Key, Question } from '../domain/question.ts';
import type { ToolMode } from '../domain/tool.ts';
import { criteriaSet } from '../knowledge/criteria.ts';
import { goldOf } from '../questions/gold.ts';
import type { QuestionType } from '../questions/question-type.ts';
import { questionTypes } from '../questions/types/registry.generated.ts';
import { memoryBlobs } from '../storage/blobs.ts';
import { boxMeasurements, memoryBenchmark, testCase, testQuestion } from '../tools/testing.ts';
import { benchmarkEpisodes } from './benchmark-episodes.ts';
import { createEnvironment, type Environment, type EnvironmentOptions } from './episode.ts';
import type { EpisodeBenchmark } from './source.ts';

/** Edges of the lesions of the patients; 0 is none. */
const LESIONS = [0, 3, 5, 6];

/** Every patient is asked whether there is a lesion in the liver, and how large the liver is. */
export async function boxEpisodes(
  options: { readonly mode?: ToolMode; readonly format?: 'mc' | 'free' } = {},
): Promise<EpisodeBenchmark & { readonly keys: ReadonlyMap<string, Key> }> {
  const criteria = criteriaSet('guideline');
  const questions: Question[] = [];
  const keys = new Map<string, Key>();
  for (const [at, lesion] of LESIONS.entries())
    for (const [typeId, slots] of [
      ['liver-lesion-existence', { target: 'liver_lesion' }],
      ['organ-volume-measurement', { target: 'liver' }],
    ] as const) {
      const type = (questionTypes as Readonly<Record<string, QuestionType>>)[typeId];
      if (type === undefined) continue;
      const gold = goldOf(type, slots, boxMeasurements(lesion), criteria);
      if ('error' in gold) throw new Error(gold.error);
      const { answer, value } = gold.conclusion;
      const other = type.answerKind === 'binary' ? (answer === 'Yes' ? 'No' : 'Yes') : '1.0';
      const texts = [answer, other].sort();
      const id = `q-${at}-${typeId}`;
      questions.push(
        testQuestion({
          ...{ id, caseId: `case-${at}`, patientId: `patient-${at}`, type: typeId, slots, text: typeId },
          answerKind: type.answerKind,
          options: texts.map((text, place) => ({ letter: 'AB'[place], text })),
        }),
      );
      keys.set(id, {
        questionId: id,
        answer,
        ...(value === undefined ? {} : { value }),
        letter: 'AB'[texts.indexOf(answer)],
        evidence: gold.evidence,
        assumed: [],
        flags: [],
      });
    }
  const benchmark = memoryBenchmark({
    questions,
    cases: LESIONS.map((_, at) => testCase({ id: `case-${at}`, patientId: `patient-${at}` })),
    measurements: new Map(LESIONS.map((lesion, at) => [`case-${at}`, boxMeasurements(lesion)])),
  });
  const { mode = 'oracle', format = 'mc' } = options;
  return { ...(await benchmarkEpisodes({ benchmark, keys, mode, format, blobs: memoryBlobs() })), keys };
}

export async function boxEnvironment(
  options: Partial<EnvironmentOptions> = {},
): Promise<Environment & { readonly keys: ReadonlyMap<string, Key> }> {
  const { keys, ...episodes } = await boxEpisodes();
  return { ...createEnvironment({ ...episodes, blobs: memoryBlobs(), ...options }), keys };
}

/** The actions of the policy that walks the gold chain and answers right. */
export function goldActions({ evidence, letter }: Key): unknown[] {
  return [
    ...evidence.flatMap(({ tool, arguments: args }) =>
      tool === undefined ? [] : [{ tool, arguments: args }],
    ),
    { answer: letter },
  ];
}
