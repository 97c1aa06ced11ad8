// The text of a page that was read, and where on the page each stretch of it stands.
import type { PhiCategory } from './categories.ts';
import { type DetectOptions, detect, type Finding } from './detect.ts';
import type { Box, OcrPage, OcrWord } from './ocr.ts';

/** An identifier on a page: one box per word that it touches. */
export interface PageFinding {
  readonly category: PhiCategory;
  readonly detector: string;
  readonly words: readonly OcrWord[];
  readonly boxes: readonly Box[];
}

/** Lines as the recogniser orders them, or rows of words at one height: a form's labels and values share those. */
export type ReadingOrder = 'blocks' | 'rows';

interface LaidOut {
  readonly text: string;
  readonly words: readonly { readonly start: number; readonly end: number; readonly word: OcrWord }[];
}

/**
 * The words in one order; a space between two, three where a column's gap divides them.
 * @param hidden words that are replaced by what they are of
 */
export function pageText(
  page: OcrPage,
  order: ReadingOrder = 'rows',
  hidden: ReadonlyMap<OcrWord, PhiCategory> = new Map(),
): string {
  return laidOut(page, order, hidden).text;
}

function laidOut(
  page: OcrPage,
  order: ReadingOrder,
  hidden: ReadonlyMap<OcrWord, PhiCategory> = new Map(),
): LaidOut {
  let text = '';
  const words: { start: number; end: number; word: OcrWord }[] = [];
  for (const line of order === 'rows' ? rowsOf(page) : page.lines) {
    if (text !== '') text += '\n';
    line.forEach((word, n) => {
      if (n > 0) {
        const gap = word.box.left - line[n - 1].box.right;
        text += gap > 2 * heightOf(word) ? '   ' : ' ';
      }
      const category = hidden.get(word);
      const shown = category === undefined ? word.text : `[${category.toUpperCase()}]`;
      words.push({ start: text.length, end: text.length + shown.length, word });
      text += shown;
    });
  }
  return { text, words };
}

const heightOf = ({ box }: OcrWord) => box.bottom - box.top;
const middleOf = ({ box }: OcrWord) => (box.top + box.bottom) / 2;

function rowsOf({ lines }: OcrPage): OcrWord[][] {
  const words = lines.flat().sort((a, b) => middleOf(a) - middleOf(b));
  const rows: { middle: number; words: OcrWord[] }[] = [];
  for (const word of words) {
    const row = rows.at(-1);
    const reach = Math.max(
      4,
      0.5 * Math.min(heightOf(word), row === undefined ? Infinity : heightOf(row.words[0])),
    );
    if (row !== undefined && middleOf(word) - row.middle < reach) {
      row.words.push(word);
      row.middle += (middleOf(word) - row.middle) / row.words.length;
    } else rows.push({ middle: middleOf(word), words: [word] });
  }
  return rows.map((row) => row.words.sort((a, b) => a.box.left - b.box.left));
}

/** Identifiers on a page in either reading order, with the boxes of their words. */
export function detectOnPage(page: OcrPage, options: DetectOptions = {}): PageFinding[] {
  const found = new Map<string, PageFinding>();
  for (const order of ['rows', 'blocks'] as const) {
    const { text, words } = laidOut(page, order);
    for (const finding of detect(text, options)) {
      const own = wordsOf(words, finding);
      const boxes = own.map(({ box }) => box);
      found.set(JSON.stringify(boxes), {
        category: finding.category,
        detector: finding.detector,
        words: own,
        boxes,
      });
    }
  }
  return [...found.values()];
}

function wordsOf(words: LaidOut['words'], { start, end }: Finding): OcrWord[] {
  return words.filter((word) => word.start < end && word.end > start).map(({ word }) => word);
}

/** The page's text without the findings: each word of theirs is replaced by its category in brackets. */
export function redactedText(
  page: OcrPage,
  findings: readonly PageFinding[],
  order: ReadingOrder = 'rows',
): string {
  const hidden = new Map(
    findings.flatMap(({ category, words }) => words.map((word) => [word, category] as const)),
  );
  return pageText(page, order, hidden);
}

/** A box grown by `by` pixels on each side. */
export function grown({ left, top, right, bottom }: Box, by: number): Box {
  return { left: left - by, top: top - by, right: right + by, bottom: bottom + by };
}
