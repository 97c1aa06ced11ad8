// The mask-noise curves as SVG and PNG: one panel per kind of noise, one line per stage, intervals and chance drawn.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import sharp from 'sharp';
import { STAGES, type Stage } from '../../src/domain/question.ts';
import type { NoiseCurves } from './noise-campaign.ts';
import { FORMAT_NAMES, STAGE_NAMES } from './noise-markdown.ts';

/** Colours that colour-blind readers can tell apart (Okabe and Ito), and a shape each for print. */
const LOOKS: Readonly<Record<Stage, { colour: string; symbol: Plot.SymbolType; dash: string }>> = {
  recognition: { colour: '#0072b2', symbol: 'circle', dash: '7 3' },
  measurement: { colour: '#d55e00', symbol: 'square', dash: '2 3' },
  'visual-reasoning': { colour: '#009e73', symbol: 'triangle', dash: '9 3 2 3' },
  'medical-reasoning': { colour: '#b0408a', symbol: 'diamond', dash: '4 4' },
};
const [WIDTH, HEIGHT, TOP] = [400, 380, 86];
const FONT = 'DejaVu Sans, Helvetica, Arial, sans-serif';

interface Drawn {
  outerHTML: string;
  setAttribute(name: string, value: string): void;
}

function panel({ noise, points }: NoiseCurves, at: number): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const span = noise.levels[noise.levels.length - 1];
  const rows = STAGES.flatMap((stage, n) =>
    points.flatMap(({ level, stages }) => {
      const { score, ci95 } = stages[stage];
      if (score === null) return [];
      const [low, high] = ci95 ?? [score, score];
      // Side by side, so that one interval does not hide another.
      return [
        { stage, x: level + (n - 1.5) * 0.009 * span, y: 100 * score, low: 100 * low, high: 100 * high },
      ];
    }),
  );
  const chances = STAGES.flatMap((stage) => {
    const { chance } = points[0].stages[stage];
    return chance === null ? [] : [{ stage, chance: 100 * chance }];
  });
  const svg = Plot.plot({
    document: document as never,
    width: WIDTH,
    height: HEIGHT,
    marginLeft: 52,
    marginBottom: 48,
    marginTop: 30,
    marginRight: 14,
    style: { fontFamily: FONT, fontSize: '12px', background: 'white' },
    x: {
      domain: [-0.04 * span, 1.04 * span],
      ticks: noise.levels.filter((level) => span < 2 || Number.isInteger(level)),
      tickFormat: (level: number) => String(level),
      label: `${noise.name}: ${noise.axis}`,
      labelAnchor: 'center',
      labelArrow: 'none',
    },
    y: {
      domain: [0, 100],
      label: at === 0 ? 'Score (%)' : null,
      labelAnchor: 'center',
      labelArrow: 'none',
      grid: true,
    },
    marks: [
      ...chances.map(({ stage, chance }) =>
        Plot.ruleY([chance], {
          stroke: LOOKS[stage].colour,
          strokeDasharray: LOOKS[stage].dash,
          strokeOpacity: 0.8,
        }),
      ),
      ...STAGES.flatMap((stage) => {
        const own = rows.filter((row) => row.stage === stage);
        const { colour, symbol } = LOOKS[stage];
        return [
          Plot.ruleX(own, {
            x: 'x',
            y1: 'low',
            y2: 'high',
            stroke: colour,
            strokeWidth: 1.6,
            strokeOpacity: 0.75,
          }),
          Plot.line(own, { x: 'x', y: 'y', stroke: colour, strokeWidth: 1.8 }),
          Plot.dot(own, { x: 'x', y: 'y', fill: colour, symbol, r: 3.6, stroke: 'white', strokeWidth: 0.7 }),
        ];
      }),
    ],
  }) as unknown as Drawn;
  svg.setAttribute('x', String(at * WIDTH));
  svg.setAttribute('y', String(TOP));
  return svg.outerHTML;
}

function legend(width: number): string {
  const shape: Readonly<Record<string, string>> = {
    circle: '<circle r="5"/>',
    square: '<rect x="-4.5" y="-4.5" width="9" height="9"/>',
    triangle: '<path d="M0-6 5.5 4h-11z"/>',
    diamond: '<path d="M0-6.5 5 0 0 6.5-5 0z"/>',
  };
  const entries = STAGES.map((stage, n) => {
    const { colour, symbol, dash } = LOOKS[stage];
    const x = 60 + (n * (width - 80)) / STAGES.length;
    return `<g transform="translate(${x} 54)"><line x2="30" stroke="${colour}" stroke-width="2"/><g transform="translate(15 0)" fill="${colour}">${shape[symbol as string]}</g><text x="38" y="4">${STAGE_NAMES[stage]}</text><line y1="20" x2="30" y2="20" stroke="${colour}" stroke-width="1.2" stroke-dasharray="${dash}"/><text x="38" y="24" fill="#555">its chance score</text></g>`;
  });
  return entries.join('');
}

/** Writes `path`.svg and `path`.png: the curves of one answer format. */
export async function drawCurves(curves: readonly NoiseCurves[], path: string): Promise<void> {
  const width = WIDTH * curves.length;
  const { n, patients } = STAGES.reduce(
    (sum, stage) => {
      const cell = curves[0].points[0].stages[stage];
      return { n: sum.n + cell.n, patients: Math.max(sum.patients, cell.nPatients) };
    },
    { n: 0, patients: 0 },
  );
  const title = `executor#predicted on phantoms, ${FORMAT_NAMES[curves[0].format].toLowerCase()}: ${n.toLocaleString('en')} questions, ${patients} patients; bars are 95 % intervals, clustered by patient`;
  const height = TOP + HEIGHT + 6;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${FONT}" font-size="13"><rect width="${width}" height="${height}" fill="white"/><text x="60" y="28" font-size="15">${title}</text>${legend(width)}${curves.map(panel).join('')}</svg>`;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.svg`, `${svg}\n`);
  await sharp(Buffer.from(svg), { density: 120 })
    .png({ compressionLevel: 9, palette: true })
    .toFile(`${path}.png`);
}
