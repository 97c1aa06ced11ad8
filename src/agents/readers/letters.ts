// letters: the likeliest option letter by the log-probabilities of a model's first token; nothing is generated beyond it.
import type { Option } from '../../domain/question.ts';
import type { Reader, ReadTask } from '../../domain/reader.ts';
import type { TokenLogprob } from '../../experts/logprobs.ts';
import { chat, Tally } from '../chat.ts';
import { aboutOf, modelSettings, opening, seedNumber } from '../model-reader.ts';
import { failure, outcomeOf, unsupported } from '../outcome.ts';
import { SYSTEM_DIRECT } from '../prompts.ts';
import type { PluginContext, ReaderPlugin } from '../reader-plugin.ts';
import { ownImages } from '../shown-volume.ts';

/** As many alternatives as servers commonly give. */
const ALTERNATIVES = 20;

/** A token that says a letter: "A", " A", "(A", "A.", "\"A". */
const bare = (token: string): string => token.replace(/^[\s("'*▁]+|[\s)"'*.:]+$/g, '');

/**
 * The log-probability of each letter: its tokens' taken together. Letters that are not among the alternatives count as
 * the least likely of those; undefined when none is among them.
 */
export function letterLogprobs(
  options: readonly Option[],
  tokens: readonly TokenLogprob[],
): Readonly<Record<string, number>> | undefined {
  const least = Math.min(...tokens.map(({ logprob }) => logprob));
  let named = false;
  const found = options.map(({ letter }) => {
    const own = tokens.filter(({ token }) => bare(token) === letter);
    if (own.length === 0) return [letter, least] as const;
    named = true;
    const sum = own.reduce((total, { logprob }) => total + Math.exp(logprob), 0);
    return [letter, Math.min(0, Math.log(sum))] as const;
  });
  return named ? Object.fromEntries(found) : undefined;
}

/** The likeliest letter on a line, then all of them as JSON; the first of equals. */
function replyOf(logprobs: Readonly<Record<string, number>>): { raw: string; confidence: number } {
  const entries = Object.entries(logprobs);
  const [letter, best] = entries.reduce((top, one) => (one[1] > top[1] ? one : top));
  const total = entries.reduce((sum, [, logprob]) => sum + Math.exp(logprob - best), 0);
  return { raw: `${letter}\n${JSON.stringify(logprobs)}`, confidence: 1 / total };
}

function lettersReader(context: PluginContext): Reader {
  const { chat: model } = context;
  if (model === undefined) throw new TypeError('The letters strategy is created with a model.');
  const imagesOf = ownImages(context);
  return {
    name: context.written,
    mode: 'vision',
    capabilities: { formats: ['mc'], needsImage: true, needsMasks: false },
    settings: {
      ...modelSettings(context),
      sampling: { temperature: 0, maxOutputTokens: 1 },
      alternatives: ALTERNATIVES,
    },
    async read(task: ReadTask) {
      const { options } = task.question;
      if (options.length === 0)
        return unsupported('The question has no options, and this reader compares their letters.');
      const tally = new Tally();
      try {
        const images = await imagesOf(task);
        if (images === undefined)
          return unsupported('The case has no scan on this machine, and this reader needs to see one.');
        if ('unsupported' in images) return unsupported(images.unsupported);
        const { messages, transcript } = opening(SYSTEM_DIRECT, task, images, false);
        try {
          const reply = await chat(model, {
            ...{ prompt: messages, signal: task.signal, about: aboutOf(task), seed: seedNumber(task.seed) },
            ...{ temperature: 0, maxOutputTokens: 1, logprobs: ALTERNATIVES },
          });
          tally.add(reply);
          transcript.push({ role: 'assistant', text: reply.text });
          const spent = { ...tally.spent(), transcript };
          if (reply.firstTokens === undefined)
            return {
              ...unsupported(
                'The server gives no log-probabilities: read with another strategy, or from a server that does.',
              ),
              ...spent,
            };
          const logprobs = letterLogprobs(options, reply.firstTokens);
          if (logprobs === undefined) return outcomeOf(task, reply.text, spent, reply.filtered);
          const { raw, confidence } = replyOf(logprobs);
          return outcomeOf(task, raw, { ...spent, confidence }, reply.filtered);
        } catch (error) {
          return failure(error, { transcript });
        }
      } catch (error) {
        return failure(error);
      }
    },
  };
}

const letters: ReaderPlugin = {
  id: 'letters',
  summary: 'a model’s likeliest option letter, by the log-probabilities of its first token',
  model: true,
  modes: [],
  create: lettersReader,
};
export default letters;
