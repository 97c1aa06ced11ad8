// A scan as a blind reader sees it: no structures, no masks, and a version that names neither case nor file.
import { createHmac } from 'node:crypto';
import { OverreadError } from '../../../domain/errors.ts';
import type { Question } from '../../../domain/question.ts';
import type { BlobStore } from '../../../storage/blobs.ts';
import type { OpenedBenchmark } from '../library/library.ts';
import { mediaTypeOf } from '../pixels/media-type.ts';
import type { CutSlice, PixelPlace, PixelService } from '../pixels/service.ts';
import type { PlaneName, ScanFacts } from '../shapes/scan.ts';
import type { Medium } from './shown.ts';

/** Whether the case of a question has a scan that can be looked at here. */
export function hasScan(opened: OpenedBenchmark, { caseId }: Pick<Question, 'caseId'>): boolean {
  if (opened.kind === 'published') return false;
  const { cases, source } = opened.folder;
  return cases.get(caseId)?.imageHash !== undefined && source(caseId) !== undefined;
}

export interface BlindScan {
  facts(): Promise<ScanFacts>;
  slice(version: string, plane: PlaneName, index: number): Promise<CutSlice>;
  /** With structures: for reviewers whom the study allows it. */
  maskFacts(): Promise<ScanFacts>;
  masks(version: string, plane: PlaneName, index: number): Promise<CutSlice>;
}

/**
 * @param secret the study's: versions of the same scan differ between studies and can be computed by nobody
 * @param onProblem told what went wrong; the reader is told no file's name
 */
export function blindScan(
  pixels: PixelService,
  at: { readonly benchmark: string; readonly caseId: string; readonly secret: string },
  onProblem: (error: unknown) => void,
): BlindScan {
  const place: PixelPlace = { benchmark: at.benchmark, caseId: at.caseId };
  const own = createHmac('sha256', at.secret).update(`scan ${at.caseId}`).digest('hex').slice(0, 20);
  const quiet = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (OverreadError.isInstance(error) && error.code === 'bad-argument')
        throw new OverreadError('bad-argument', 'The scan has no such slice.');
      onProblem(error);
      throw new OverreadError('file-unreadable', 'The scan cannot be shown: tell whoever runs the study.');
    }
  };
  const checked = (version: string): void => {
    if (version !== own)
      throw new OverreadError(
        'file-not-found',
        'This scan has changed since the page was opened: load it again.',
      );
  };
  return {
    facts: () =>
      quiet(async () => ({
        ...(await pixels.facts(place, { masks: false })),
        version: own,
        layers: 0,
        structures: [],
      })),
    async slice(version, plane, index) {
      checked(version);
      return quiet(() => pixels.slice(place, plane, index));
    },
    maskFacts: () => quiet(async () => ({ ...(await pixels.facts(place, { masks: true })), version: own })),
    async masks(version, plane, index) {
      checked(version);
      return quiet(() => pixels.maskSlice(place, plane, index));
    },
  };
}

/** A slice as a viewer gets it; its address says nothing of the case, so a browser may keep it. */
export function sliceReply({ bytes, type }: CutSlice): Response {
  return new Response(bytes, {
    headers: {
      'content-type': 'application/octet-stream',
      'x-overread-type': type,
      'cache-control': 'private, max-age=86400',
    },
  });
}

export async function mediumReply(blobs: BlobStore, medium: Medium | undefined): Promise<Response> {
  if (medium === undefined)
    throw new OverreadError('file-not-found', 'The question has no such picture or sound.');
  const bytes = await blobs.get(medium.hash);
  const type = bytes === undefined ? undefined : mediaTypeOf(bytes);
  if (bytes === undefined || type === undefined)
    throw new OverreadError('file-not-found', 'The store holds no such picture or sound.');
  return new Response(new Uint8Array(bytes), {
    headers: { 'content-type': type, 'cache-control': 'private, max-age=3600' },
  });
}
