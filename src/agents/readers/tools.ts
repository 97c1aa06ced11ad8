// tools: a model that calls the tools of its mode, several steps long, with every call logged.
import type { ToolCall, TranscriptEntry } from '../../domain/read.ts';
import type { Reader } from '../../domain/reader.ts';
import { readPictures } from '../../tools/read-pictures.ts';
import { toolkit } from '../../tools/toolkit.ts';
import { watched } from '../access-watch.ts';
import { Tally } from '../chat.ts';
import { aboutOf, concluded, modelSettings, opening, samplingOf, seedNumber } from '../model-reader.ts';
import { failure, unsupported } from '../outcome.ts';
import { systemTools } from '../prompts.ts';
import { modeOf, type PluginContext, type ReaderPlugin } from '../reader-plugin.ts';
import { toolLoop } from '../tool-loop.ts';

/** The published harness allowed five requests, the last without tools. */
const MAX_STEPS = 5;

const plugin: ReaderPlugin = {
  id: 'tools',
  summary: 'a model with tools: measurements on annotated or predicted masks, or organ pictures',
  model: true,
  modes: ['oracle', 'predicted', 'vision'],
  create: (context) => toolReader(context),
};

function toolReader(context: PluginContext): Reader {
  const { chat: model } = context;
  if (model === undefined) throw new TypeError('The tools strategy is created with a model.');
  const mode = modeOf(plugin, context);
  const published = context.published === true;
  const tools = toolkit(mode, {
    published,
    ...(context.tools === undefined ? {} : { also: context.tools }),
    ...(context.outsideTools === undefined ? {} : { outside: context.outsideTools }),
  });
  const maxSteps = Math.max(1, context.maxSteps ?? MAX_STEPS);
  const confidence = context.confidence === true;
  return {
    name: context.written,
    mode,
    capabilities: { formats: ['mc', 'free'], needsImage: mode === 'vision', needsMasks: true },
    settings: {
      ...modelSettings(context),
      mode,
      maxSteps,
      published,
      criteria: context.criteria,
      tools: tools.map((tool) => tool.name),
    },
    read: async (task) => {
      if (task.access === undefined)
        return unsupported(
          'The files of this case are not on this machine, so its tools have nothing to work on.',
        );
      const { access, maskSources } = watched(task.access);
      const { messages, transcript } = opening(systemTools(maxSteps - 1), task, [], confidence);
      const log = {
        toolCalls: [] as ToolCall[],
        transcript: transcript as TranscriptEntry[],
        tally: new Tally(),
      };
      const spent = () => ({ ...log.tally.spent(), maskSources, toolCalls: log.toolCalls, transcript });
      try {
        const reply = await toolLoop({
          model,
          tools,
          context: {
            case: access,
            mode,
            criteria: context.criteria,
            signal: task.signal,
            pictures: readPictures([], context.blobs),
            materials: (task.question.materials ?? []).filter(({ patientId }) => patientId === undefined),
            ...(context.experts === undefined ? {} : { experts: context.experts }),
          },
          messages,
          maxSteps,
          sampling: samplingOf(context),
          seed: seedNumber(task.seed),
          about: aboutOf(task),
          log,
        });
        return concluded(task, reply, spent(), confidence);
      } catch (error) {
        return failure(error, spent());
      }
    },
  };
}

export default plugin;
