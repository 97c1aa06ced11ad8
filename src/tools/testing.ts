// Small cases, questions and benchmarks in memory, for the tests of tools, readers and runs.
import type { CaseRecord } from '../domain/case.ts';
import { gridOf } from '../domain/geometry.ts';
import type { MeasurementSet } from '../domain/measurement.ts';
import type { Question } from '../domain/question.ts';
import type { CaseAccess } from '../domain/tool.ts';
import type { Annotation, Volume } from '../domain/volume.ts';
import { measureCase } from '../measure/measure.ts';
import type { BenchmarkFolder } from '../questions/benchmark-folder.ts';

export function testCase(over: Partial<CaseRecord> = {}): CaseRecord {
  return {
    id: 'case-1',
    patientId: 'patient-1',
    modality: 'CT',
    shape: [24, 24, 24],
    spacing: [1, 1, 1],
    axes: 'RAS',
    phase: 'portal-venous',
    imageHash: 'image-1',
    annotationHash: 'annotation-1',
    split: 'test',
    ...over,
  };
}

export function testQuestion(over: Partial<Question> = {}): Question {
  return {
    id: 'q-1',
    caseId: 'case-1',
    patientId: 'patient-1',
    stage: 'recognition',
    type: 'liver-lesion-existence',
    answerKind: 'binary',
    text: 'Is there a lesion in the liver?',
    options: [
      { letter: 'A', text: 'no' },
      { letter: 'B', text: 'yes' },
    ],
    slots: {},
    split: 'test',
    ...over,
  };
}

/** Edges in voxels of 1 mm³: a liver of 16³ at 100 HU, in it a lesion of `lesion`³ at 40 HU (0: none), a spleen of 6³. */
export function boxPatient(lesion: number): { annotation: Annotation; volume: Volume } {
  const n = 24;
  const labels = new Uint8Array(n ** 3);
  const hounsfield = new Int16Array(n ** 3).fill(-50);
  const paint = (from: number, edge: number, value: number, hu: number) => {
    for (let k = from; k < from + edge; k++)
      for (let j = from; j < from + edge; j++)
        for (let i = from; i < from + edge; i++) {
          labels[(k * n + j) * n + i] = value;
          hounsfield[(k * n + j) * n + i] = hu;
        }
  };
  paint(1, 16, 1, 100);
  paint(4, lesion, 2, 40);
  paint(17, 6, 3, 120);
  const grid = gridOf([n, n, n], [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
  const source = { format: 'test', hash: `box-${lesion}`, axes: 'RAS', notes: [] };
  const label = (value: number, structure: string) => ({ value, structure, name: structure });
  const body = { data: labels, labels: [label(1, 'liver'), label(2, 'liver_lesion'), label(3, 'spleen')] };
  return {
    annotation: {
      grid,
      layers: [body],
      annotated: ['liver', 'liver_lesion', 'spleen'],
      scheme: 'test',
      origin: { kind: 'annotated' },
      unknown: [],
      source,
    },
    volume: { grid, data: hounsfield, units: 'HU', source },
  };
}

export function boxMeasurements(lesion: number): MeasurementSet {
  const { annotation, volume } = boxPatient(lesion);
  return measureCase(annotation, volume, { rules: 'strict' });
}

/** Access to one case in memory; what a test does not give is not there. */
export function testAccess(over: Partial<CaseAccess> = {}): CaseAccess {
  return {
    record: testCase(),
    maskSource: 'annotated',
    measurements: async () => boxMeasurements(5),
    volume: async () => boxPatient(5).volume,
    availableCrops: async () => ['liver', 'spleen'],
    crop: async () => undefined,
    ...over,
  };
}

export interface MemoryBenchmark {
  readonly questions: readonly Question[];
  readonly cases: readonly CaseRecord[];
  readonly measurements?: ReadonlyMap<string, MeasurementSet>;
  readonly contentHash?: string;
}

/** A benchmark that was never written to disk. */
export function memoryBenchmark(given: MemoryBenchmark): BenchmarkFolder {
  const { questions, cases } = given;
  return {
    path: 'memory',
    manifest: {
      format: 'overread-benchmark',
      formatVersion: 1,
      name: 'memory',
      seed: '1',
      rules: 'strict',
      criteria: 'guideline',
      schemes: [],
      counts: {
        cases: cases.length,
        patients: cases.length,
        questions: questions.length,
        byStage: {},
        byType: {},
      },
      splits: {},
      skipped: [],
      failed: [],
      assumptions: [],
      licences: [],
      sources: [],
      canary: 'canary',
      keyEncryption: 'none',
      generator: { name: 'overread', version: '0' },
      contentHash: given.contentHash ?? 'hash-1',
    },
    cases: new Map(cases.map((record) => [record.id, record])),
    async *eachQuestion(filter = {}) {
      for (const question of questions)
        if ((filter.types?.includes(question.type) ?? true) && (filter.ids?.includes(question.id) ?? true))
          yield question;
    },
    questions: async () => [...questions],
    measurements: async (caseId) => {
      const set = given.measurements?.get(caseId);
      if (set === undefined) throw new Error(`no measurements of ${caseId}`);
      return set;
    },
    caseOf: ({ caseId }) => cases.find(({ id }) => id === caseId),
    source: () => undefined,
  };
}
