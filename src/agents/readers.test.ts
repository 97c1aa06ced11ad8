import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { tinyEncoderFiles } from '../experts/testing/tiny-onnx.ts';
import { memoryBlobs } from '../storage/blobs.ts';
import { boxMeasurements, boxPatient, testAccess, testQuestion } from '../tools/testing.ts';
import { createReader, type ReaderDeps } from './create-reader.ts';
import { readerContract } from './reader.contract.ts';
import type { ReaderPlugin } from './reader-plugin.ts';
import { readers } from './readers/registry.generated.ts';
import { type ScriptedModel, scriptedModel, testExperts } from './testing.ts';

let model: ScriptedModel;
let encoder = '';
beforeAll(async () => {
  model = await scriptedModel({ answer: () => ({ text: 'B' }) });
  encoder = await mkdtemp(join(tmpdir(), 'readers-'));
  for (const [name, bytes] of Object.entries(tinyEncoderFiles())) await writeFile(join(encoder, name), bytes);
});
afterAll(async () => {
  await model.close();
  await rm(encoder, { recursive: true });
});

/** How a reader of a plug-in is written here. */
function written(id: string, plugin: ReaderPlugin): string {
  if (plugin.local) return `${id}@onnx/${encoder}`;
  return plugin.model ? `${id}@compatible/scripted` : id;
}

const other = testAccess({
  measurements: async () => boxMeasurements(0),
  volume: async () => boxPatient(0).volume,
});
const deps = (): ReaderDeps => ({
  gateway: model.gateway,
  blobs: memoryBlobs(),
  criteria: 'guideline',
  experts: testExperts(),
  others: {
    cases: async () => [{ id: 'case-2', patientId: 'patient-2', hasImage: true }],
    questionsOfType: async (type) => [
      testQuestion({ id: 'q-2', caseId: 'case-2', patientId: 'patient-2', type }),
    ],
    open: async () => other,
  },
});

for (const [id, plugin] of Object.entries(readers as Readonly<Record<string, ReaderPlugin>>))
  readerContract(id, {
    plugin,
    // Pictures must lie where the gateway looks for them.
    open: () => createReader(written(id, plugin), { ...deps(), blobs: model.blobs }),
  });
