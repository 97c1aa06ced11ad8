// Runs that an MCP client starts: one at a time, over the whole benchmark, scores of several items only.
import { pluginOf } from '../agents/create-reader.ts';
import { messageOf, OverreadError } from '../domain/errors.ts';
import type { Progress } from '../domain/progress.ts';
import type { Cell, PublishedReport, Report } from '../domain/report.ts';
import type { RunSummary } from '../runs/engine.ts';
import type { RunDesk, ServedReport, ServedRun, ServedScore } from '../server/mcp/served.ts';

export interface RunWork {
  /** Reads with one reader; throws what the reading functions throw. */
  read(reader: string, progress: Progress, signal: AbortSignal): Promise<RunSummary | undefined>;
  report(runId: string): Promise<Report | PublishedReport>;
}

/** A score over fewer items could tell the answer of one. */
const FEWEST = 5;

interface Job {
  readonly id: string;
  readonly reader: string;
  state: ServedRun;
  runId?: string;
  ended: Promise<void>;
}

export function runDesk(work: RunWork): RunDesk {
  const jobs: Job[] = [];
  const stop = new AbortController();
  return {
    async start(reader) {
      const { plugin } = pluginOf(reader);
      if (plugin.local === true)
        throw new OverreadError(
          'not-allowed',
          'That reader opens a file of this machine: whoever runs the server must start it.',
        );
      if (jobs.some(({ state }) => state.status === 'running'))
        throw new OverreadError(
          'not-allowed',
          'A run is under way: start the next when run_status says it is done.',
        );
      const id = `run-${jobs.length + 1}`;
      const job: Job = {
        id,
        reader,
        state: { run: id, reader, status: 'running', planned: 0, done: 0 },
        ended: Promise.resolve(),
      };
      jobs.push(job);
      job.ended = carriedOut(job, work, stop.signal);
      return job.state;
    },
    status: () => jobs.map(({ state }) => state),
    async report(id) {
      const job = jobs.find((each) => each.id === id);
      if (job === undefined)
        throw new OverreadError('run-unknown', 'No run of that id was started here: run_status lists them.');
      if (job.state.status !== 'done' || job.runId === undefined)
        throw new OverreadError('not-allowed', 'Only a run that is done is reported: see run_status.');
      return servedReport(job, await work.report(job.runId));
    },
    async close() {
      stop.abort(new OverreadError('cancelled', 'The server was stopped.'));
      await Promise.all(jobs.map(({ ended }) => ended));
    },
  };
}

async function carriedOut(job: Job, work: RunWork, signal: AbortSignal): Promise<void> {
  const update = (change: Partial<ServedRun>) => {
    job.state = { ...job.state, ...change };
  };
  const progress: Progress = {
    start: (_task, total) => update({ planned: total ?? job.state.planned, done: 0 }),
    advance: (count) => update({ done: job.state.done + count }),
    finish: () => {},
  };
  try {
    const summary = await work.read(job.reader, progress, signal);
    if (summary === undefined) return update({ status: 'cancelled' });
    job.runId = summary.runId;
    const done = Object.values(summary.counts).reduce((sum, count) => sum + count, 0);
    update({
      status: summary.status,
      planned: summary.planned,
      done,
      counts: { ...summary.counts },
      ...(summary.error === undefined ? {} : { problem: summary.error.message }),
    });
  } catch (error) {
    const sentence = OverreadError.isInstance(error) ? messageOf(error) : 'The run could not be carried out.';
    update({ status: signal.aborted ? 'cancelled' : 'failed', problem: sentence });
  }
}

function servedReport({ id, reader }: Job, report: Report | PublishedReport): ServedReport {
  const cells = 'protocol' in report ? publishedCells(report) : stageCells(report);
  const scores = cells.filter(({ n }) => n >= FEWEST);
  const protocol = 'protocol' in report ? report.protocol : (report.readers[0]?.overall.protocol ?? 'strict');
  return { run: id, reader, protocol, scores, withheld: cells.length - scores.length };
}

function stageCells({ readers: [reader] }: Report): ServedScore[] {
  if (reader === undefined) return [];
  return [
    scoreOf('overall', reader.overall),
    ...Object.entries(reader.stages).map(([stage, cell]) => scoreOf(stage, cell)),
  ];
}

function publishedCells({ readers: [reader] }: PublishedReport): ServedScore[] {
  return (reader?.overall ?? []).map((cell) => scoreOf('overall', cell));
}

function scoreOf(of: string, { metric, score, ci95, chance, n }: Cell): ServedScore {
  return { of, metric, score, ci95, chance, n };
}
