// Which masks the reader of a run was given: none, the annotated ones, or a segmenter's.
import type { CaseRecord, CaseSource } from '../../../domain/case.ts';
import type { RunRecord } from '../../../domain/run.ts';
import type { ToolMode } from '../../../domain/tool.ts';
import { segmentationKey } from '../../../experts/segmenter.ts';
import type { BenchmarkFolder } from '../../../questions/benchmark-folder.ts';

export type MaskPlan =
  | { readonly kind: 'annotated' }
  /** Nothing was drawn for this reader. */
  | { readonly kind: 'none' }
  | {
      readonly kind: 'predicted';
      /** As the run's settings have it; only noise can be made again from it. */
      readonly written: string;
      readonly segmenterHash: string;
      readonly seed: string;
      /** Under which the result was kept, if it was. */
      readonly key: string;
    };

export async function masksOfRun(
  run: RunRecord,
  folder: BenchmarkFolder,
  record: CaseRecord,
  { item }: CaseSource,
): Promise<MaskPlan> {
  const mode = await modeOf(run.reader);
  if (mode === 'oracle') return { kind: 'annotated' };
  const { segmenter, segmenterHash } = run.settings;
  if (mode !== 'predicted' || typeof segmenter !== 'string' || typeof segmenterHash !== 'string')
    return { kind: 'none' };
  // As tools/case-access.ts seeds it: masks that are made again are the same.
  const seed = `${folder.manifest.seed}/${record.id}`;
  return {
    kind: 'predicted',
    written: segmenter,
    segmenterHash,
    seed,
    key: segmentationKey(segmenterHash, {
      image: record.imageHash,
      annotation: record.annotationHash,
      caseId: record.id,
      item,
      seed,
    }),
  };
}

/** The mode that a reader's name asks for, else its own; people and readers of elsewhere have none. */
async function modeOf(reader: string): Promise<ToolMode | undefined> {
  const { pluginOf } = await import('../../../agents/create-reader.ts');
  try {
    const { plugin, name } = pluginOf(reader);
    return name.mode ?? plugin.modes[0];
  } catch {
    return undefined;
  }
}
