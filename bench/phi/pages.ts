// The pages of the campaign: measured one after another into a file, so that a stopped run goes on where it was.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { Progress } from '../../src/domain/progress.ts';
import { openOcr } from '../../src/privacy/ocr.ts';
import type { LayoutId } from '../../src/privacy/statements/layouts.ts';
import { armsOf } from '../../src/studies/phi/arms.ts';
import { measurePages, type PageResult } from '../../src/studies/phi/measure.ts';
import { ocrReader } from '../../src/studies/phi/reading.ts';

/** Every arm of the study; V3–V5 and V6–V9 show one picture each, read once. */
const ARMS = ['none', 'boxes', 'published-boxes', 'detected-boxes', 'v3', 'v4', 'v5', 'v6', 'v7', 'v8', 'v9'];
/** The rule by which a token lies in a box, changed: on the first pages only. */
const VARIANTS = ['v3:centre:0', 'v3:centre:1', 'v6:centre:0', 'v6:centre:1', 'v6:overlap:0'];

export interface PageCampaign {
  readonly pages: number;
  /** Pages, from the first, that the variants are measured on. */
  readonly variantPages: number;
  readonly seed: string;
  /** JSON lines of what was measured so far. */
  readonly file: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

export interface PageResults {
  readonly main: readonly PageResult[];
  readonly variants: readonly PageResult[];
  /** A layout that the detectors were not written for. */
  readonly unseen: readonly PageResult[];
}

export async function pageCampaign(options: PageCampaign): Promise<PageResults> {
  const main = await measured(options, ARMS, options.pages, options.file);
  const variants = await measured(options, VARIANTS, options.variantPages, `${options.file}.variants`);
  const unseen = await measured(
    options,
    ['none', 'detected-boxes'],
    options.variantPages,
    `${options.file}.unseen`,
    'prose',
  );
  return { main, variants, unseen };
}

async function measured(
  { seed, progress, signal }: PageCampaign,
  arms: readonly string[],
  pages: number,
  file: string,
  layout?: LayoutId,
): Promise<PageResult[]> {
  const before = existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as PageResult)
    : [];
  const ocr = await openOcr();
  try {
    const reader = ocrReader(ocr);
    const added = await measurePages({
      ...{ pages, seed, reader, finder: reader, progress, signal },
      ...(layout === undefined ? {} : { layout }),
      arms: armsOf(arms, { cover: 'overlap', radius: 1 }),
      skip: new Set(before.map(({ page }) => page)),
      onPage: (results) =>
        appendFileSync(file, `${results.map((result) => JSON.stringify(result)).join('\n')}\n`),
    });
    return [...before, ...added];
  } finally {
    await ocr.close();
  }
}
