// Small cases, questions and benchmarks in memory, for the tests of tools, readers and runs.
import type { CaseRecord } from '../domain/case.ts';
import { gridOf } from '../domain/geometry.ts';
import type { MeasurementSet } from '../domain/measurement.ts';
import type { Question } from '../domain/question.ts';
import type { CaseAccess, ToolContext } from '../domain/tool.ts';
import type { Annotation, Raster, Volume } from '../domain/volume.ts';
import { rasterOfBytes } from '../imaging/picture-bytes.ts';
import { encodePng } from '../imaging/write-png.ts';
import { measureCase } from '../measure/measure.ts';
import type { BenchmarkFolder } from '../questions/benchmark-folder.ts';
import { memoryBlobs } from '../storage/blobs.ts';
import { readPictures } from './read-pictures.ts';

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

/** A 32 × 24 picture: grey 40, in it a square of 8 × 8 at grey 200 whose top left corner is at 4, 6. */
export function squarePicture(): Raster & { data: Uint8Array } {
  const data = new Uint8Array(32 * 24).fill(40);
  for (let y = 6; y < 14; y++) data.fill(200, y * 32 + 4, y * 32 + 12);
  return { width: 32, height: 24, channels: 1, data };
}

/** A context with a scan and its masks, two pictures, a sound, materials and experts that answer. */
export async function testContext(over: Partial<ToolContext> = {}): Promise<ToolContext> {
  const blobs = memoryBlobs();
  const square = await blobs.put(await encodePng(squarePicture()));
  const brighter = squarePicture();
  brighter.data.forEach((grey, at) => {
    brighter.data[at] = grey + 20;
  });
  const second = await blobs.put(await encodePng(brighter));
  const sound = new TextEncoder().encode('RIFF');
  const about = { id: 'test', hash: 'f'.repeat(64) };
  return {
    case: testAccess({ annotation: async () => boxPatient(5).annotation }),
    mode: 'oracle',
    criteria: 'guideline',
    signal: new AbortController().signal,
    pictures: readPictures([{ hash: square }, { hash: second }], blobs),
    materials: [
      { id: 'm1', kind: 'record', title: 'creatinine', text: 'Creatinine 88 umol/L', visitsBefore: 0 },
      { id: 'm2', kind: 'report', title: 'CT abdomen', text: 'A cyst in the left kidney.', visitsBefore: 1 },
    ],
    sounds: [{ hash: 'a'.repeat(64), mediaType: 'audio/wav', bytes: async () => sound }],
    experts: {
      classify: { ...about, classify: async () => [{ label: 'nodule', probability: 0.8 }] },
      ground: { ...about, ground: async () => [{ box: [4, 6, 12, 14], score: 0.9, label: 'square' }] },
      segment: {
        ...about,
        segmentRegion: async (picture) => {
          const { width, height, data } = await rasterOfBytes(await picture.bytes());
          return { width, height, probability: Float32Array.from(data, (grey) => (grey > 128 ? 0.9 : 0.1)) };
        },
      },
      retrieve: {
        ...about,
        retrieve: async ({ k }) =>
          [{ passage: { id: 'p1', text: 'Cysts are round.', source: 'a page' }, score: 2 }].slice(0, k),
      },
      transcribe: { ...about, transcribe: async () => ({ text: 'is there a lesion' }) },
    },
    ...over,
  };
}
