// Direct reading: the model sees the volume's pictures and the question, and answers in one request.
import type { Reader, ReadTask } from '../domain/reader.ts';
import { chat, Tally } from './chat.ts';
import { aboutOf, concluded, modelSettings, opening, samplingOf, seedNumber } from './model-reader.ts';
import { failure, unsupported } from './outcome.ts';
import type { Unshown } from './picture-changes.ts';
import { SYSTEM_DIRECT } from './prompts.ts';
import type { PluginContext, ReaderPlugin } from './reader-plugin.ts';
import type { ShownImage } from './volume-images.ts';

export interface DirectVariant {
  readonly id: string;
  readonly summary: string;
  readonly system?: string;
  /** Pictures for a task: none on purpose (empty), undefined when the case has no scan here, or why there are none. */
  readonly images: (
    context: PluginContext,
  ) => (task: ReadTask) => Promise<readonly ShownImage[] | Unshown | undefined>;
  readonly needsImage: boolean;
}

/** A strategy around a model that asks once. Direct reading never consults a mask to choose what is shown. */
export function direct(variant: DirectVariant): ReaderPlugin {
  return {
    id: variant.id,
    summary: variant.summary,
    model: true,
    modes: [],
    create: (context) => directReader(variant, context),
  };
}

function directReader(variant: DirectVariant, context: PluginContext): Reader {
  const { chat: model } = context;
  if (model === undefined) throw new TypeError(`The ${variant.id} strategy is created with a model.`);
  const imagesOf = variant.images(context);
  const confidence = context.confidence === true;
  const sampling = samplingOf(context);
  const system = variant.system ?? SYSTEM_DIRECT;
  return {
    name: context.written,
    mode: 'vision',
    capabilities: { formats: ['mc', 'free'], needsImage: variant.needsImage, needsMasks: false },
    settings: {
      ...modelSettings(context),
      ...(variant.needsImage ? { imageBudget: context.imageBudget ?? 'default' } : {}),
    },
    read: async (task) => {
      const tally = new Tally();
      try {
        const images = await imagesOf(task);
        if (images === undefined)
          return unsupported('The case has no scan on this machine, and this reader needs to see one.');
        if ('unsupported' in images) return unsupported(images.unsupported);
        const { messages, transcript } = opening(system, task, images, confidence);
        const picturesOf = images.find((image) => image.patientId !== undefined)?.patientId;
        const shown = { transcript, ...(picturesOf === undefined ? {} : { picturesOf }) };
        try {
          const reply = await chat(model, {
            prompt: messages,
            signal: task.signal,
            about: aboutOf(task, picturesOf),
            seed: seedNumber(task.seed),
            temperature: sampling.temperature,
            maxOutputTokens: sampling.maxOutputTokens,
          });
          tally.add(reply);
          transcript.push({ role: 'assistant', text: reply.text });
          return concluded(task, reply, { ...tally.spent(), ...shown }, confidence);
        } catch (error) {
          return failure(error, shown);
        }
      } catch (error) {
        return failure(error);
      }
    },
  };
}
