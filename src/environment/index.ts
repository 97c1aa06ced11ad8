// overread/environment: seeded episodes over a benchmark, in process and over HTTP and WebSocket.
export { benchmarkEpisodes } from './benchmark-episodes.ts';
export {
  createEnvironment,
  type Environment,
  type EnvironmentOptions,
  type ResetOptions,
} from './episode.ts';
export type { EpisodeEnd, EpisodeOutcome, EpisodeState, Observation, StepResult } from './observation.ts';
export { releaseEpisodes } from './release-episodes.ts';
export { replay } from './replay.ts';
export { parseRewards, type Reward, rewardPlugins } from './reward.ts';
export { type ServedEnvironment, type ServeOptions, serveEnvironment } from './server.ts';
export type { EpisodeBenchmark, EpisodeScorer, EpisodeSource } from './source.ts';
export { type EpisodeCounts, type EpisodeTranscript, transcriptSchema } from './transcript.ts';
