// Every command, in the order in which help lists them.
import type { CliCommand } from '../command.ts';
import build from './build.ts';
import catalogue from './catalogue.ts';
import check from './check.ts';
import data from './data.ts';
import demo from './demo.ts';
import diff from './diff.ts';
import doctor from './doctor.ts';
import env from './env.ts';
import experts from './experts.ts';
import exporting from './export.ts';
import importing from './import.ts';
import inspect from './inspect.ts';
import layouts from './layouts.ts';
import make from './make.ts';
import mcp from './mcp.ts';
import measure from './measure.ts';
import methods from './methods.ts';
import purge from './purge.ts';
import readers from './readers.ts';
import redact from './redact.ts';
import report from './report.ts';
import run from './run.ts';
import score from './score.ts';
import serve from './serve.ts';
import snapshot from './snapshot.ts';
import study from './study.ts';
import tools from './tools.ts';
import traces from './traces.ts';

export const commands: readonly CliCommand[] = [
  demo,
  serve,
  inspect,
  measure,
  build,
  make,
  run,
  report,
  snapshot,
  score,
  exporting,
  traces,
  importing,
  diff,
  data,
  study,
  env,
  mcp,
  redact,
  readers,
  experts,
  tools,
  methods,
  catalogue,
  layouts,
  doctor,
  check,
  purge,
];
