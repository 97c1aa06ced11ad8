// overread: the main job in a handful of names. Everything else has a sub-path of its own, such as overread/measure.
export { createReader } from './agents/create-reader.ts';
export { defineConfig } from './cli/config.ts';
export { OverreadError } from './domain/errors.ts';
export type { Report } from './domain/report.ts';
export { createGateway } from './experts/gateway.ts';
export { openAnnotation, openVolume } from './imaging/open.ts';
export { applyScheme, chooseScheme } from './knowledge/scheme.ts';
export { measureCase } from './measure/measure.ts';
export { openBenchmark } from './questions/benchmark-folder.ts';
export { buildBenchmark } from './questions/build.ts';
export { openKeys } from './questions/keys.ts';
export { renderHtml, renderMarkdown, renderTable } from './report/render.ts';
export { executeRun } from './runs/engine.ts';
export { buildReport } from './scoring/report.ts';
export { openStore } from './storage/store.ts';
