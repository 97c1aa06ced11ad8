// One HTML file with everything in it: opens from disk, loads nothing, light and dark.
import type { Report } from '../domain/report.ts';
import { escapeHtml } from './escape.ts';
import type { NamedReader } from './figures/canvas.ts';
import { reliability, riskCurves } from './figures/confidence.ts';
import { costScatter } from './figures/cost-scatter.ts';
import { errorBars } from './figures/error-bars.ts';
import { ladderLines } from './figures/ladder-lines.ts';
import { stageBars } from './figures/stage-bars.ts';
import { findings } from './findings.ts';
import { CAUSE_NAMES, CAUSES, count, intervalMethods, protocolOf, readerNames } from './format.ts';
import { costTable, errorTable, heatMap, pairTable, stageTable } from './html-tables.ts';
import { page, swatch } from './page.ts';
import { loadPlot } from './plot.ts';

/** Best first, in figures and tables alike. */
function byScore(readers: readonly NamedReader[]): NamedReader[] {
  return [...readers].sort((a, b) => (b.reader.overall.score ?? -1) - (a.reader.overall.score ?? -1));
}

interface Section {
  readonly id: string;
  readonly title: string;
  readonly lead: string;
  readonly body: string;
}

const STAGE_LEGEND = `<ul class="legend">
<li>${swatch('<rect y="2" width="26" height="10" rx="2" fill="var(--bar)"/>')}score, %</li>
<li>${swatch('<path d="M2 7H24M2 3V11M24 3V11" stroke="var(--ink)" stroke-width="1.5"/>')}95 % interval by patient</li>
<li>${swatch('<path d="M13 0V14" stroke="var(--chance)" stroke-width="2.5"/>')}chance</li></ul>`;
const LADDER_LEGEND = `<ul class="legend">
<li>${swatch('<path d="M0 7H26" stroke="var(--bar)" stroke-width="2.5"/><circle cx="13" cy="7" r="4" fill="var(--bar)"/>')}the patient’s own evidence</li>
<li>${swatch('<path d="M0 7H26" stroke="var(--chance)" stroke-width="2" stroke-dasharray="5 4"/><circle cx="13" cy="7" r="3.5" fill="var(--card)" stroke="var(--chance)" stroke-width="2"/>')}another patient’s evidence (twin)</li>
<li>${swatch('<rect x="9" width="8" height="14" fill="var(--bar)" fill-opacity="0.28"/>')}95 % interval of the difference</li></ul>`;

async function sectionsOf(report: Report, prefix: string): Promise<Section[]> {
  const canvas = await loadPlot();
  const names = readerNames(report.readers);
  const readers = byScore(report.readers.map((reader, i): NamedReader => ({ reader, name: names[i] })));
  const figure = (svg: string, legend = '') => `<figure>${legend}${svg}</figure>`;
  const sections: Section[] = [
    {
      id: 'stages',
      title: 'Stage by stage',
      lead: 'Unparsed, refused and failed reads count as wrong. An interval that holds chance means that the reader cannot be told from guessing there.',
      body: figure(stageBars(canvas, readers), STAGE_LEGEND) + stageTable(readers),
    },
  ];
  if (report.pairs.length > 0)
    sections.push({
      id: 'pairs',
      title: 'Is a difference real?',
      lead: 'Paired on the same questions, clustered by patient. The p value is of a sign-flip permutation test, adjusted by Holm over all stages and pairs (overall rows form a family of their own). The grey band is the equivalence margin; “detectable” is the smallest difference that this sample would show in 80 of 100 studies.',
      body: pairTable(report),
    });
  sections.push({
    id: 'types',
    title: 'Question types',
    lead: 'Score in % by type; a stronger colour is higher, ≈ marks an interval that holds chance. Point at a cell for its interval and n.',
    body: heatMap(report, readers),
  });
  if (report.ladder.length > 0)
    sections.push({
      id: 'ladder',
      title: 'The ladder: what evidence is worth',
      lead: 'Each question asked again with the gold evidence of its first steps, never the step that is the answer. The twin is told another patient’s evidence instead; what own evidence adds over the twin’s is its effect.',
      body: figure(ladderLines(canvas, report.ladder), LADDER_LEGEND),
    });
  const agents = readers.filter(({ reader }) => (reader.errors?.wrong ?? 0) > 0);
  if (agents.length > 0)
    sections.push({
      id: 'errors',
      title: 'Where tool agents break',
      lead: 'The first deviation of the call log from the gold chain, over reads that are not fully right.',
      body:
        figure(
          errorBars(canvas, agents),
          `<ul class="legend">${CAUSES.map((cause, i) => `<li>${swatch(`<rect y="1" width="26" height="12" rx="2" fill="var(--cause-${i})"/>`)}${CAUSE_NAMES[cause]}</li>`).join('')}</ul>`,
        ) + errorTable(agents),
    });
  const scatter = costScatter(canvas, readers);
  if (scatter !== undefined)
    sections.push({
      id: 'cost',
      title: 'Cost against score',
      lead: 'Each point is a reader with the 95 % interval of its overall score. Readers that ask no model stand at the left.',
      body: figure(scatter) + costTable(readers),
    });
  const confident = readers.flatMap(({ name, reader }) =>
    reader.calibration === null ? [] : [{ name, calibration: reader.calibration }],
  );
  if (confident.length > 0)
    sections.push({
      id: 'confidence',
      title: 'Can its confidence be trusted?',
      lead: confident
        .map(
          ({ name, calibration: c }) =>
            `${name}: calibration error ${c.ece.toFixed(3)}, Brier score ${c.brier.toFixed(3)}, area under risk–coverage ${c.aurc.toFixed(3)}, ${count(c.n)} reads.`,
        )
        .join(' '),
      body: `<div class="side"><figure><figcaption>Right answers, %, by stated confidence; dashed: calibrated</figcaption>${reliability(canvas, confident)}</figure><figure><figcaption>Errors, %, among the most confident reads; dashed: all reads</figcaption>${riskCurves(canvas, confident)}</figure></div>`,
    });
  return sections.map((section) => ({ ...section, id: prefix + section.id }));
}

function notesOf(report: Report): string {
  const methods = intervalMethods(report).join('; ') || 'none';
  const baselines = [...new Set(report.readers.map((reader) => reader.overall.chanceBaseline))].join('; ');
  const notes = [
    `Protocol: ${protocolOf(report)}. “published” scores as the released evaluator does, its faults included; “strict” takes only what is stated without doubt.`,
    `Intervals: ${methods}.`,
    `Chance: ${baselines || 'none'}.`,
    'Overall weighs every read the same, macro every question type.',
    ...report.notes,
  ];
  return `<ul class="notes">${notes.map((note) => `<li>${escapeHtml(note)}</li>`).join('')}</ul>`;
}

/**
 * The report as one HTML document. Several reports of the same benchmark (one per protocol) share a page. Whatever a
 * model or user wrote is text in it.
 */
export async function renderHtml(reports: Report | readonly Report[]): Promise<string> {
  const list = 'readers' in reports ? [reports] : reports;
  const [first] = list;
  const parts: { report: Report; sections: Section[] }[] = [];
  for (const [i, report] of list.entries())
    parts.push({ report, sections: await sectionsOf(report, list.length > 1 ? `p${i}-` : '') });
  const name = escapeHtml(first?.benchmark.name ?? 'no report');
  const several = list.length > 1;
  const nav = parts
    .map(({ report, sections }) => {
      const links = sections.map(({ id, title }) => `<a href="#${id}">${escapeHtml(title)}</a>`).join('');
      return `<nav aria-label="Contents${several ? `, ${protocolOf(report)}` : ''}">${several ? `<span>${protocolOf(report)}:</span>` : ''}${links}</nav>`;
    })
    .join('');
  const body = parts
    .map(
      ({ report, sections }) =>
        `${several ? `<h1 style="margin-top:44px">Protocol: ${protocolOf(report)}</h1>` : ''}
<ul class="findings">${findings(report)
          .map((finding) => `<li>${escapeHtml(finding)}</li>`)
          .join('')}</ul>
${sections
  .map(
    ({ id, title, lead, body }) =>
      `<section id="${id}" aria-labelledby="${id}-h"><h2 id="${id}-h">${escapeHtml(title)}</h2><p class="lead">${escapeHtml(lead)}</p>${body}</section>`,
  )
  .join('\n')}
<section id="notes-${protocolOf(report).replace(/\W+/g, '-')}"><h2>How to read this</h2>${notesOf(report)}</section>`,
    )
    .join('\n');
  const facts =
    first === undefined
      ? ''
      : `${count(first.benchmark.questions)} questions · ${count(first.benchmark.patients)} patients · ${first.readers.length} readers · protocol ${list.map(protocolOf).join(' and ')} · content hash <code>${escapeHtml(first.benchmark.contentHash.slice(0, 16))}</code>`;
  return page({ kicker: 'Overread report', name, facts, nav, body });
}
