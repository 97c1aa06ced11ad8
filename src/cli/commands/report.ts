// overread report: runs to a stage table, JSON, Markdown or one HTML file.
import { OverreadError } from '../../domain/errors.ts';
import type { PublishedReport, Report } from '../../domain/report.ts';
import { writeWhole } from '../../imaging/write-nifti.ts';
import { isPersonRun } from '../../runs/person-run.ts';
import { optional } from '../arguments.ts';
import type { CliCommand } from '../command.ts';
import { text } from '../command.ts';
import { judgeOptions, openJudge } from '../judging.ts';
import { existingStore } from '../session.ts';

const FORMATS = ['table', 'json', 'md', 'html'];

export default {
  register: (program) =>
    judgeOptions(
      program
        .command('report')
        .description('report runs: stage table, JSON, Markdown or one HTML file')
        .argument('[runs...]', 'run ids (default: the newest run of each reader)')
        .option('--format <format>', 'table, json, md or html', 'table')
        .option('--baseline <run>', 'reader or run that the others are compared with')
        .option('--protocol <protocol>', 'published, strict or both', 'strict')
        .option('--out <file>', 'write to a file instead of stdout')
        .option('--benchmark <folder>', 'where the benchmark lies now')
        .option('--passphrase <text>', 'opens encrypted keys')
        .option('--seed <seed>', 'seed of bootstrap and permutation')
        .option('--store <file>', 'where reads are kept (default ./overread.db)'),
    ),
  async run(session, [runs], flags) {
    const format = session.json ? 'json' : (text(flags, 'format') ?? 'table');
    if (!FORMATS.includes(format))
      throw new OverreadError('bad-argument', `Give --format ${FORMATS.join(', ')}.`);
    const wanted = text(flags, 'protocol') ?? 'strict';
    const { chosenRuns, protocolsOf, reportsOf } = await import('../../report/run-reports.ts');
    const protocols = protocolsOf(wanted);
    const store = existingStore(session, text(flags, 'store'));
    const chosen = await chosenRuns(store, (runs as string[] | undefined) ?? []);
    for (const run of chosen) {
      const { id, reader, status } = run;
      if (status === 'done') continue;
      const goesOn = isPersonRun(run)
        ? 'people go on with it in the reading room ("overread serve")'
        : `"overread run --resume ${id}" goes on with it`;
      session.remark(
        `Of ${reader} only what it had read is reported: the run ${id} is ${status === 'running' ? 'under way or was killed' : status}; ${goesOn}.`,
      );
    }
    const shared = {
      store,
      runs: chosen.map((run) => run.id),
      protocols,
      ...optional('baseline', text(flags, 'baseline')),
      ...optional('seed', text(flags, 'seed') ?? session.config.seed),
    };
    const [{ publishedReports }, { publishedSettings }] = await Promise.all([
      import('../../report/published-reports.ts'),
      import('../../benchmarks/published-settings.ts'),
    ]);
    const isPublished = publishedSettings(chosen[0]) !== undefined;
    const opened = isPublished ? await openJudge(session, flags, store) : undefined;
    const rendered = await (!isPublished
      ? render(
          await reportsOf({
            ...shared,
            ...optional('benchmark', text(flags, 'benchmark')),
            ...optional('passphrase', text(flags, 'passphrase')),
          }),
          format,
          process.stdout.columns,
        )
      : renderPublished(
          await publishedReports({
            ...shared,
            ...optional('data', text(flags, 'benchmark')),
            ...optional('judge', opened?.judge),
          }),
          format,
          process.stdout.columns,
        )
    ).finally(() => opened?.close());
    const out = text(flags, 'out');
    if (out === undefined) process.stdout.write(`${rendered.trimEnd()}\n`);
    else {
      await writeWhole(out, rendered);
      session.remark(`Written to ${out}`);
    }
    return 0;
  },
} satisfies CliCommand;

async function render(
  reports: readonly Report[],
  format: string,
  columns: number | undefined,
): Promise<string> {
  if (format === 'json') return JSON.stringify(reports.length === 1 ? reports[0] : merged(reports), null, 2);
  const { renderHtml, renderMarkdown, renderTable } = await import('../../report/render.ts');
  if (format === 'html') return renderHtml(reports);
  const one = format === 'md' ? renderMarkdown : (report: Report) => renderTable(report, { columns });
  return reports.map((report) => one(report)).join('\n\n');
}

async function renderPublished(
  reports: readonly PublishedReport[],
  format: string,
  columns: number | undefined,
): Promise<string> {
  if (format === 'json') return JSON.stringify(reports.length === 1 ? reports[0] : reports, null, 2);
  const { publishedHtml, publishedMarkdown, publishedTable } = await import('../../report/published.ts');
  if (format === 'html') return publishedHtml(reports);
  const one =
    format === 'md' ? publishedMarkdown : (report: PublishedReport) => publishedTable(report, { columns });
  return reports.map((report) => one(report)).join('\n\n');
}

/** Both protocols in one object: readers of the first, then of the second; each cell names its protocol. */
function merged(reports: readonly Report[]): Report {
  return {
    ...reports[0],
    readers: reports.flatMap((report) => report.readers),
    ladder: reports.flatMap((report) => report.ladder),
    pairs: reports.flatMap((report) => report.pairs),
    notes: [...new Set(reports.flatMap((report) => report.notes))],
  };
}
