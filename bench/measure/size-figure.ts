// The scatter of measured against reported tumour sizes, as SVG and PNG.
import { writeFileSync } from 'node:fs';
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import sharp from 'sharp';
import type { Pair } from './statistics.ts';

/** Draws `pairs` (cm) with the line of equality; `named` are written beside their points. */
export async function drawSizes(pairs: readonly Pair[], named: readonly Pair[], path: string): Promise<void> {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const top = Math.ceil(Math.max(...pairs.flatMap(({ measured, reported }) => [measured, reported])) + 0.5);
  const figure = Plot.plot({
    document: document as never,
    width: 640,
    height: 620,
    marginLeft: 56,
    marginBottom: 48,
    style: { fontFamily: 'DejaVu Sans, Helvetica, Arial, sans-serif', fontSize: '13px', background: 'white' },
    x: {
      domain: [0, top],
      label: 'Size in the radiology report (cm)',
      labelAnchor: 'center',
      labelArrow: 'none',
      grid: true,
    },
    y: {
      domain: [0, top],
      label: 'Longest axial diameter of the largest tumour mask (cm)',
      labelAnchor: 'center',
      labelArrow: 'none',
      grid: true,
    },
    marks: [
      Plot.line(
        [
          [0, 0],
          [top, top],
        ],
        { stroke: '#777', strokeDasharray: '5 4' },
      ),
      Plot.text([[top, top]], { text: ['equal'], dx: -34, dy: 46, fill: '#777' }),
      Plot.dot(pairs, {
        x: 'reported',
        y: 'measured',
        r: 4,
        fill: '#1f6fb2',
        fillOpacity: 0.55,
        stroke: '#1f6fb2',
      }),
      Plot.dot(named, { x: 'reported', y: 'measured', r: 6, stroke: '#c2410c', strokeWidth: 1.8 }),
      Plot.text(named, {
        x: 'reported',
        y: 'measured',
        text: (pair: Pair) => pair.patient.replace('case_', ''),
        dx: -10,
        textAnchor: 'end',
        fill: '#c2410c',
        stroke: 'white',
        strokeWidth: 4,
      }),
    ],
  }) as unknown as { outerHTML: string; setAttribute(name: string, value: string): void };
  figure.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  const svg = figure.outerHTML;
  writeFileSync(`${path}.svg`, `${svg}\n`);
  await sharp(Buffer.from(svg), { density: 144 }).png({ compressionLevel: 9 }).toFile(`${path}.png`);
}
