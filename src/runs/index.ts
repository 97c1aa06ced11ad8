// overread/runs: the run engine and the ladder.
export { executeRun, type RunOptions, type RunSummary } from './engine.ts';
export { executeLadder, isLadderRun, ladderRowsOf } from './ladder-run.ts';
