// The study's check: a hybrid of masking and text redaction against masking alone, on a few pages, without a network.
import type { CheckContext, CheckResult } from '../../domain/method.ts';
import { openOcr } from '../../privacy/ocr.ts';
import { armsOf } from './arms.ts';
import { armReports } from './leakage.ts';
import { type MeasureOptions, measurePages } from './measure.ts';
import { ocrReader } from './reading.ts';

const PAGES = 6;

/**
 * Masking of the categories that the paper found removed (name, birth date, address) must come to its 3 of 7, and the
 * hybrid must remove more. Boxes of another page must not hide this page's identifiers.
 */
export async function checkPhi(context: CheckContext): Promise<Omit<CheckResult, 'method' | 'seconds'>> {
  const { seed, progress, signal } = context;
  const ocr = await openOcr();
  try {
    const reader = ocrReader(ocr);
    const arms = armsOf(['published-boxes'], { cover: 'overlap', radius: 0 });
    const shared: Omit<MeasureOptions, 'arms'> = {
      pages: PAGES,
      seed,
      reader,
      finder: reader,
      progress,
      signal,
    };
    const [alone, hybrid] = armReports(await measurePages({ ...shared, arms }), seed);
    const misplaced = armReports(await measurePages({ ...shared, pages: 3, arms: [MISPLACED] }), seed)[0];
    const removed = (cell: { score: number | null }) => cell.score ?? Number.NaN;
    const held = removed(misplaced.removed) <= 0.2;
    const better = (hybrid.removed.ci95?.[0] ?? 0) > removed(alone.removed);
    return {
      passed: better && held && Math.abs(alone.categoryScore - 3 / 7) < 1e-9 && removed(hybrid.kept) > 0.95,
      baseline: {
        name: 'masking of name, birth date and address alone (identifiers removed)',
        value: removed(alone.removed),
      },
      result: {
        name: 'the same masks and redaction of the text (identifiers removed)',
        value: removed(hybrid.removed),
      },
      ...(hybrid.removed.ci95 === null ? {} : { ci95: hybrid.removed.ci95 }),
      mustNotWin: {
        regime: 'as many masks of the same size at the page’s empty foot',
        value: removed(misplaced.removed),
        held,
      },
      detail: `${PAGES} drawn statements read by ${reader.name}; masking alone removes ${alone.categoriesRemoved.length} of 7 categories`,
    };
  } finally {
    await ocr.close();
  }
}

/** As much ink-free paper hidden as the identifiers would take, beside them: it must remove next to nothing. */
const MISPLACED = {
  id: 'misplaced',
  about: 'boxes in the page’s empty foot',
  regions: ({ fields }: Parameters<ReturnType<typeof armsOf>[number]['regions']>[0]) =>
    fields
      .flatMap(({ boxes }) => boxes)
      .map((box) => ({ ...box, top: 960, bottom: 960 + box.bottom - box.top })),
};
