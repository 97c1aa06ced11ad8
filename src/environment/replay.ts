// Replays: a transcript's actions taken again, with every observation compared byte for byte.

import { canonicalJson } from '../domain/content-hash.ts';
import { OverreadError } from '../domain/errors.ts';
import { type Environment, FORCED_END } from './episode.ts';
import type { StepResult } from './observation.ts';
import type { EpisodeTranscript } from './transcript.ts';

export interface Replay {
  /** The opening and one result for each action. */
  readonly results: readonly StepResult[];
  readonly identical: boolean;
  /** Where the first difference is: 0 the opening, n the n-th action. */
  readonly differsAt?: number;
}

/**
 * Plays an episode again. Throws `bad-argument` when the environment is another one (benchmark, tools, budget, rewards
 * or seed): its observations would differ for that alone.
 */
export async function replay(environment: Environment, transcript: EpisodeTranscript): Promise<Replay> {
  for (const [name, value] of Object.entries(environment.settings))
    if (canonicalJson(value) !== canonicalJson(transcript.settings[name as keyof typeof transcript.settings]))
      throw new OverreadError(
        'bad-argument',
        `The episode was played with another ${name.replaceAll('_', ' ')}: replay it with the same settings.`,
      );
  const { seed, episode_id: episodeId, question_id: questionId, opening, steps } = transcript;
  const results = [await environment.reset({ seed, episodeId, questionId })];
  for (const { action, out_of_time } of steps)
    results.push(await environment.step(out_of_time === true ? FORCED_END : action));
  const wanted = [opening, ...steps.map(({ result }) => result)];
  const differsAt = wanted.findIndex((result, at) => JSON.stringify(result) !== JSON.stringify(results[at]));
  return differsAt < 0 ? { results, identical: true } : { results, identical: false, differsAt };
}
