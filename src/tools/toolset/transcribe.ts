// transcribe: the words of a sound of the question, by the run's speech-to-text expert.
import * as z from 'zod';
import { OverreadError } from '../../domain/errors.ts';
import { TOOL_MODES, type Tool } from '../../domain/tool.ts';
import { callOf, expertFor, signed } from '../expert-results.ts';

const input = z.strictObject({
  sound: z.int().min(1).max(100).default(1).describe('Which sound of the question: 1 is the first.'),
});

const transcribe: Tool<z.infer<typeof input>> = {
  name: 'transcribe',
  description:
    'Asks the speech-to-text expert of this run for the words of a spoken question. It may mishear.',
  input,
  modes: TOOL_MODES,
  group: 'expert',
  needsExpert: 'transcribe',
  run: async ({ sound }, context) => {
    const expert = expertFor('transcribe', context);
    const audio = context.sounds?.[sound - 1];
    if (audio === undefined)
      throw new OverreadError(
        'bad-argument',
        `There is no sound ${sound}: this question has ${context.sounds?.length ?? 0}.`,
      );
    const { text } = await expert.transcribe(audio, callOf(context));
    return { sound, text: text.slice(0, 10_000), expert: signed(expert) };
  },
};

export default transcribe;
