// What the speed benchmark times: opens a case's files and measures everything.
import { openAnnotation, openVolume } from '../../src/imaging/open.ts';
import { measureCase } from '../../src/measure/measure.ts';
import { annotationOf } from './kits-cases.ts';
import type { PeerTask } from './peer.ts';

/** Number of regions measured. */
export async function measureFiles(one: PeerTask['cases'][number]): Promise<number> {
  const raw = await openAnnotation(one.mask);
  const volume = one.image === undefined ? undefined : await openVolume(one.image);
  return measureCase(annotationOf(raw, one.labels), volume, { rules: 'strict' }).regions.length;
}
