// DICOM files and reports full of canaries, through the redaction that `overread redact` runs.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Progress } from '../../src/domain/progress.ts';
import type { MetricCell } from '../../src/domain/report.ts';
import { dicomRaster } from '../../src/imaging/dicom/pictures.ts';
import { type BurnedCanary, type CanaryFile, canaryFiles } from '../../src/privacy/canaries/dicom-files.ts';
import { type Canary, canaryJson, canaryReport } from '../../src/privacy/canaries/patient.ts';
import { canariesIn } from '../../src/privacy/canaries/scan.ts';
import { leakOf } from '../../src/privacy/leaks.ts';
import { type Ocr, openOcr } from '../../src/privacy/ocr.ts';
import { pageText } from '../../src/privacy/page-text.ts';
import { redactPath } from '../../src/privacy/redact.ts';
import { meanOf } from '../../src/scoring/metric.ts';
import { type MeasuredItem, metricCells } from '../../src/scoring/metric-cells.ts';

export interface FileCampaign {
  readonly files: number;
  readonly seed: string;
  /** A folder to fill and leave. */
  readonly folder: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

export interface FileResult {
  readonly dicomFiles: number;
  /** Canaries planted, and those that the bytes still hold before and after. */
  readonly header: { readonly planted: number; readonly before: number; readonly after: readonly Canary[] };
  readonly text: { readonly planted: number; readonly before: number; readonly after: readonly Canary[] };
  readonly burned: number;
  /** Pixels: share of burned-in values that OCR reads, before and after, and of which nine tenths of the ink is gone. */
  readonly readBefore: MetricCell;
  readonly readAfter: MetricCell;
  readonly painted: MetricCell;
  readonly paintedBy: Readonly<Record<string, MetricCell>>;
  /** Share of pixels away from all text that changed: what redaction cost of the image. */
  readonly lost: MetricCell;
}

interface Burned {
  readonly before: number;
  readonly after: number;
  readonly painted: number;
}

const INK = 60;

export async function fileCampaign(options: FileCampaign): Promise<FileResult> {
  const { folder, seed } = options;
  const [source, out] = [join(folder, 'in'), join(folder, 'out')];
  mkdirSync(source, { recursive: true });
  const files = await canaryFiles({ seed, count: options.files });
  const texts = files.flatMap(({ patient, kind }, n) => [
    { name: `${n}-${kind}.txt`, ...canaryReport(patient) },
    { name: `${n}-${kind}.json`, ...canaryJson(patient) },
  ]);
  // Numbered, so that what comes out can be matched with what went in.
  for (const [n, file] of files.entries())
    writeFileSync(join(source, `${String(n).padStart(4, '0')}.dcm`), file.bytes);
  for (const { name, text } of texts) writeFileSync(join(source, `x${name}`), text);
  const report = await redactPath({
    ...{ source, out, progress: options.progress, signal: options.signal },
    secret: `${seed} secret of a campaign`,
  });
  if (report.left.length > 0) throw new Error(`${report.left.length} files were left out`);
  const written = readdirSync(out);
  const redacted = written.filter((name) => name.endsWith('.dcm')).sort();
  const bytes = redacted.map((name) => new Uint8Array(readFileSync(join(out, name))));
  const headers = files.flatMap(({ header }) => header);
  const textCanaries = texts.flatMap(({ canaries }) => canaries);
  const others = written
    .filter((name) => !name.endsWith('.dcm'))
    .map((name) => new Uint8Array(readFileSync(join(out, name))));
  const pixels = await burnedResults(files, bytes);
  const options_ = { protocol: 'strict', seed } as const;
  const cell = (rows: readonly MeasuredItem<Burned>[], id: keyof Burned) =>
    metricCells(rows, [meanOf<Burned>({ id, summary: id }, (item) => item[id])], options_)[0];
  const rows = pixels.map(({ row }) => row);
  const by = (pick: (p: (typeof pixels)[number]) => string) =>
    [...new Set(pixels.map(pick))].map(
      (value) =>
        [
          value,
          cell(
            pixels.filter((p) => pick(p) === value).map(({ row }) => row),
            'painted',
          ),
        ] as const,
    );
  return {
    dicomFiles: files.length,
    header: {
      planted: headers.length,
      before: files.reduce((sum, file) => sum + canariesIn(file.bytes, file.header).length, 0),
      // Every canary is looked for in every file and in the account of what was removed.
      after: [...bytes, ...others].flatMap((one) => canariesIn(one, headers)),
    },
    text: {
      planted: textCanaries.length,
      before: texts.reduce(
        (sum, { text, canaries }) => sum + canariesIn(new TextEncoder().encode(text), canaries).length,
        0,
      ),
      after: [...bytes, ...others].flatMap((one) => canariesIn(one, textCanaries)),
    },
    burned: pixels.length,
    readBefore: cell(rows, 'before'),
    readAfter: cell(rows, 'after'),
    painted: cell(rows, 'painted'),
    paintedBy: Object.fromEntries([...by((p) => p.category), ...by((p) => p.kind)]),
    lost: metricCells(
      await lostPixels(files, bytes),
      [
        meanOf<{ lost: number }>(
          { id: 'lost', summary: 'pixels lost', better: 'lower' },
          (item) => item.lost,
        ),
      ],
      options_,
    )[0],
  };
}

async function burnedResults(files: readonly CanaryFile[], redacted: readonly Uint8Array[]) {
  const ocr = await openOcr({ layout: 'sparse' });
  const rows: { row: MeasuredItem<Burned>; kind: string; category: string }[] = [];
  try {
    for (const [n, file] of files.entries()) {
      const [before, after] = [await textOf(file.bytes, ocr), await textOf(redacted[n], ocr)];
      const gone = await inkGone(file, redacted[n]);
      file.burned.forEach((canary, at) => {
        const item = {
          before: Number(leakOf(canary.value, before).normalised),
          after: Number(leakOf(canary.value, after).normalised),
          painted: Number(gone[at] >= 0.9),
        };
        rows.push({
          row: { questionId: `${n}/${at}`, cluster: String(n), outcome: 'scored', item },
          kind: file.kind,
          category: canary.category,
        });
      });
    }
  } finally {
    await ocr.close();
  }
  return rows;
}

/** Twice as large, which reads burned-in letters best. */
async function textOf(bytes: Uint8Array, ocr: Ocr): Promise<string> {
  const { default: sharp } = await import('sharp');
  const { width, height, channels, data } = await dicomRaster(bytes);
  const png = await sharp(data as Uint8Array, { raw: { width, height, channels } })
    .resize(width * 2)
    .greyscale()
    .png()
    .toBuffer();
  const page = await ocr.read(png);
  return `${pageText(page, 'rows')}\n${pageText(page, 'blocks')}`;
}

/** The share of each burned-in value's bright pixels that are black now; of a cine the last frame counts. */
async function inkGone(file: CanaryFile, redacted: Uint8Array): Promise<number[]> {
  const frame = file.kind === 'cine' ? 3 : 0;
  const [a, b] = [await dicomRaster(file.bytes, { frame }), await dicomRaster(redacted, { frame })];
  return file.burned.map(({ box }: BurnedCanary) => {
    let ink = 0;
    let gone = 0;
    for (let y = box.top; y < box.bottom; y++)
      for (let x = box.left; x < box.right; x++) {
        const at = y * a.width + x;
        if (a.data[at * a.channels] < 255 - INK) continue;
        ink++;
        if (b.data[at * b.channels] < INK) gone++;
      }
    return ink === 0 ? 0 : gone / ink;
  });
}

async function lostPixels(
  files: readonly CanaryFile[],
  redacted: readonly Uint8Array[],
): Promise<MeasuredItem<{ lost: number }>[]> {
  const rows: MeasuredItem<{ lost: number }>[] = [];
  for (const [n, file] of files.entries()) {
    const [a, b] = [await dicomRaster(file.bytes), await dicomRaster(redacted[n])];
    const [margin, text] = [6, new Uint8Array(a.width * a.height)];
    for (const { box } of file.burned)
      for (let y = Math.max(0, box.top - margin); y < Math.min(a.height, box.bottom + margin); y++)
        // A line of text is labelled in front of the value.
        text.fill(
          1,
          y * a.width + Math.max(0, box.left - margin),
          y * a.width + Math.min(a.width, box.right + margin),
        );
    let all = 0;
    let changed = 0;
    for (let at = 0; at < text.length; at++) {
      // Black painted black is nothing lost.
      if (text[at] === 1 || a.data[at * a.channels] < INK) continue;
      all++;
      if (b.data[at * b.channels] < INK) changed++;
    }
    rows.push({
      questionId: String(n),
      cluster: String(n),
      outcome: 'scored',
      item: { lost: changed / Math.max(1, all) },
    });
  }
  return rows;
}
