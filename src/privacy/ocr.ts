// Reads printed text from pictures: tesseract.js with its English data from a package, so nothing is downloaded.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { OverreadError } from '../domain/errors.ts';

/** In pixels from the top left; right and bottom exclusive. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface OcrWord {
  readonly text: string;
  readonly box: Box;
  /** 0–100, as the recogniser says. */
  readonly confidence: number;
}

export interface OcrPage {
  /** Lines from top to bottom, words of a line from left to right. */
  readonly lines: readonly (readonly OcrWord[])[];
}

export interface Ocr {
  readonly name: string;
  /** @param png an encoded picture (PNG, JPEG) */
  read(png: Uint8Array): Promise<OcrPage>;
  close(): Promise<void>;
}

/** How a picture's text is laid out: a page of paragraphs, or words strewn over an image. */
export type OcrLayout = 'page' | 'sparse';

interface TesseractWord {
  readonly text: string;
  readonly confidence: number;
  readonly bbox: { readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number };
}
interface TesseractWorker {
  setParameters(parameters: Record<string, string>): Promise<unknown>;
  recognize(
    image: Buffer,
    options: object,
    output: Record<string, boolean>,
  ): Promise<{
    data: {
      blocks: { paragraphs: { lines: { words: TesseractWord[] }[] }[] }[] | null;
    };
  }>;
  terminate(): Promise<unknown>;
}
interface Tesseract {
  createWorker(language: string, engine: number, options: Record<string, unknown>): Promise<TesseractWorker>;
}

const PAGE_MODES: Readonly<Record<OcrLayout, string>> = { page: '3', sparse: '11' };
const NEURAL_ENGINE = 1;

function loaded(): { tesseract: Tesseract; langPath: string; version: string } {
  try {
    const require = createRequire(import.meta.url);
    const data = require('@tesseract.js-data/eng') as { langPath: string };
    const { version } = require('tesseract.js/package.json') as { version: string };
    return {
      tesseract: require('tesseract.js') as Tesseract,
      // The integer model reads as well and loads in a third of the time.
      langPath: join(data.langPath, '..', '4.0.0_best_int'),
      version,
    };
  } catch (cause) {
    throw new OverreadError(
      'dependency-missing',
      'Reading text in pictures needs two packages: npm install tesseract.js @tesseract.js-data/eng',
      { cause },
    );
  }
}

/**
 * One recogniser, which reads one picture at a time; close it, for it holds a thread. Throws `dependency-missing`.
 */
export async function openOcr(options: { readonly layout?: OcrLayout } = {}): Promise<Ocr> {
  const { tesseract, langPath, version } = loaded();
  const worker = await tesseract.createWorker('eng', NEURAL_ENGINE, {
    langPath,
    gzip: true,
    cacheMethod: 'none',
  });
  const layout = options.layout ?? 'page';
  await worker.setParameters({ tessedit_pageseg_mode: PAGE_MODES[layout], user_defined_dpi: '120' });
  return {
    name: `tesseract.js ${version}, English`,
    async read(png) {
      const { data } = await worker.recognize(Buffer.from(png), {}, { text: false, blocks: true });
      const lines = (data.blocks ?? []).flatMap(({ paragraphs }) =>
        paragraphs.flatMap((paragraph) => paragraph.lines.map(({ words }) => words.map(wordOf))),
      );
      return { lines };
    },
    close: async () => void (await worker.terminate()),
  };
}

function wordOf({ text, confidence, bbox }: TesseractWord): OcrWord {
  return { text, confidence, box: { left: bbox.x0, top: bbox.y0, right: bbox.x1, bottom: bbox.y1 } };
}
