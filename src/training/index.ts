// overread/training: traces of reads and gold chains as the records that trainers read.
export type { ExportPlace, RecordExporter } from './record-exporter.ts';
export { type GoldOptions, goldTrace, type Replayed, replayTrace, toldTools } from './traces/gold.ts';
export { type PairOptions, preferencePairs } from './traces/pairs.ts';
export { type RunTraceOptions, runTraces } from './traces/run-traces.ts';
export type { Trace, TraceCall, TraceMessage, TracePair, TracePrompt, TraceTool } from './traces/trace.ts';
export {
  recordFormat,
  recordFormats,
  type WriteRecords,
  type WrittenRecords,
  writeRecords,
} from './write-records.ts';
