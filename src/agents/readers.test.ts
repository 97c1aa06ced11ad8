import { afterAll, beforeAll } from 'vitest';
import { memoryBlobs } from '../storage/blobs.ts';
import { boxMeasurements, boxPatient, testAccess, testQuestion } from '../tools/testing.ts';
import { createReader, type ReaderDeps } from './create-reader.ts';
import { readerContract } from './reader.contract.ts';
import type { ReaderPlugin } from './reader-plugin.ts';
import { readers } from './readers/registry.generated.ts';
import { type ScriptedModel, scriptedModel } from './testing.ts';

let model: ScriptedModel;
beforeAll(async () => {
  model = await scriptedModel({ answer: () => ({ text: 'B' }) });
});
afterAll(() => model.close());

const other = testAccess({
  measurements: async () => boxMeasurements(0),
  volume: async () => boxPatient(0).volume,
});
const deps = (): ReaderDeps => ({
  gateway: model.gateway,
  blobs: memoryBlobs(),
  criteria: 'guideline',
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
    open: () =>
      createReader(plugin.model ? `${id}@compatible/scripted` : id, { ...deps(), blobs: model.blobs }),
  });
