// Masks pages in every way, has them read, and looks for every identifier in what was read.
import type { Progress } from '../../domain/progress.ts';
import { encodePng } from '../../imaging/write-png.ts';
import { type Leak, leakOfAny } from '../../privacy/leaks.ts';
import type { Box } from '../../privacy/ocr.ts';
import { detectOnPage } from '../../privacy/page-text.ts';
import { painted } from '../../privacy/paint.ts';
import { drawStatement, type Page } from '../../privacy/statements/draw.ts';
import type { LayoutId } from '../../privacy/statements/layouts.ts';
import { type FieldId, statements } from '../../privacy/statements/statement.ts';
import type { Arm } from './arms.ts';
import type { PageReader } from './reading.ts';

/**
 * What a masked square shows. In the network a zeroed token is mid-grey at best; grey squares make OCR give up on the
 * lines beside them, and that would pass for removal, so they are the colour of the paper.
 */
const PAPER = 255;

export interface FieldLeak extends Leak {
  readonly field: FieldId;
  /** Share of the area of its boxes that is painted over, 0…1: needs no reader. */
  readonly covered: number;
}

/** One page, masked in one way, read once. */
export interface PageResult {
  readonly page: string;
  readonly layout: string;
  readonly condition: string;
  readonly arm: string;
  /** Whether the text detectors were applied to what was read. */
  readonly hybrid: boolean;
  readonly fields: readonly FieldLeak[];
  /** Amounts and codes that stand in the text, and how many there are. */
  readonly kept: number;
  readonly keep: number;
}

export interface MeasureOptions {
  readonly pages: number;
  readonly seed: string;
  readonly arms: readonly Arm[];
  readonly reader: PageReader;
  /** Default: four layouts in turn. */
  readonly layout?: LayoutId;
  /** Where to look for the boxes of "detected-boxes"; needed for that arm only. */
  readonly finder: PageReader;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Called with each page's results: for campaigns that are resumed. */
  readonly onPage?: (results: readonly PageResult[]) => void;
  /** Pages already measured. */
  readonly skip?: ReadonlySet<string>;
}

export async function measurePages(options: MeasureOptions): Promise<PageResult[]> {
  const all = statements({ seed: options.seed, count: options.pages });
  const results: PageResult[] = [];
  options.progress.start('pages', all.length);
  for (const statement of all) {
    options.signal.throwIfAborted();
    if (!options.skip?.has(statement.id)) {
      const found = await measurePage(
        await drawStatement(statement, options.layout === undefined ? {} : { layout: options.layout }),
        options,
      );
      results.push(...found);
      options.onPage?.(found);
    }
    options.progress.advance(1);
  }
  options.progress.finish();
  return results;
}

async function measurePage(page: Page, { arms, reader, finder }: MeasureOptions): Promise<PageResult[]> {
  const detected = arms.some(({ id }) => id === 'detected-boxes') ? await detectedBoxes(page, finder) : [];
  const results: PageResult[] = [];
  for (const arm of arms) {
    const regions = arm.regions(page, detected);
    const png = await encodePng(painted(page.raster, regions, PAPER));
    const covered = coverage(page, regions);
    const reading = await reader.read(png, page.id);
    for (const hybrid of [false, true]) {
      const text = hybrid ? reading.redacted : reading.text;
      results.push({
        page: page.id,
        layout: page.layout,
        condition: page.condition,
        arm: arm.id,
        hybrid,
        fields: page.fields.map(({ field, values, boxes }) => ({
          field,
          ...leakOfAny(values, text),
          covered: covered(boxes),
        })),
        kept: page.kept.filter((amount) => text.includes(amount)).length,
        keep: page.kept.length,
      });
    }
  }
  return results;
}

/** How much of some boxes lies in the regions. */
function coverage(
  { raster: { width, height } }: Page,
  regions: readonly Box[],
): (boxes: readonly Box[]) => number {
  const blank = { width, height, channels: 1, data: new Uint8Array(width * height) } as const;
  const { data } = painted(blank, regions, 1);
  return (boxes) => {
    let area = 0;
    let hidden = 0;
    for (const { left, top, right, bottom } of boxes)
      for (let y = Math.max(0, top); y < Math.min(height, bottom); y++)
        for (let x = Math.max(0, left); x < Math.min(width, right); x++) {
          area++;
          hidden += data[y * width + x];
        }
    return area === 0 ? 1 : hidden / area;
  };
}

async function detectedBoxes(page: Page, finder: PageReader): Promise<Box[]> {
  const reading = await finder.read(await encodePng(page.raster), page.id);
  return reading.page === undefined ? [] : detectOnPage(reading.page).flatMap(({ boxes }) => boxes);
}
