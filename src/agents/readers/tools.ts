// tools: a model that calls the tools of its mode, several steps long, with every call logged.
import { contentHash } from '../../domain/content-hash.ts';
import type { ToolCall, TranscriptEntry } from '../../domain/read.ts';
import type { Reader } from '../../domain/reader.ts';
import { readCodeTable } from '../../tools/codes.ts';
import { toolkit } from '../../tools/toolkit.ts';
import { Tally } from '../chat.ts';
import { aboutOf, concluded, modelSettings, opening, samplingOf, seedNumber } from '../model-reader.ts';
import { failure, unsupported } from '../outcome.ts';
import { systemTools } from '../prompts.ts';
import { modeOf, type PluginContext, type ReaderPlugin, readerOption } from '../reader-plugin.ts';
import { releasedImages } from '../shown-volume.ts';
import { readToolContext } from '../tool-context.ts';
import { toolLoop } from '../tool-loop.ts';

/** The published harness allowed five requests, the last without tools. */
const MAX_STEPS = 5;

const plugin: ReaderPlugin = {
  id: 'tools',
  summary: 'a model with tools: measurements on annotated or predicted masks, or organ pictures',
  model: true,
  modes: ['oracle', 'predicted', 'vision'],
  options: [
    {
      name: 'codes',
      summary: 'your table of codes for look_up_code: CSV or TSV with the columns system, code, name, also',
    },
  ],
  create: (context) => toolReader(context),
};

async function toolReader(context: PluginContext): Promise<Reader> {
  const { chat: model } = context;
  if (model === undefined) throw new TypeError('The tools strategy is created with a model.');
  const mode = modeOf(plugin, context);
  const published = context.published === true;
  const tools = toolkit(mode, {
    published,
    ...(context.tools === undefined ? {} : { also: context.tools }),
    ...(context.outsideTools === undefined ? {} : { outside: context.outsideTools }),
  }).filter(({ needsExpert }) => needsExpert === undefined || context.experts?.[needsExpert] !== undefined);
  // What works without a scan, for items that have none.
  const withoutScan = tools.filter((tool) => tool.needsScan !== true);
  const table = readerOption(plugin, context, 'codes');
  const codes = table === undefined ? undefined : await readCodeTable(table);
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
      ...(codes === undefined ? {} : { codes: contentHash(codes) }),
    },
    read: async (task) => {
      const { prompt } = task.question;
      if (task.access === undefined && prompt === undefined)
        return unsupported(
          'The files of this case are not on this machine, so its tools have nothing to work on.',
        );
      const images = prompt === undefined ? [] : releasedImages(prompt);
      const tally = new Tally();
      const reach = readToolContext(task, images, {
        ...context,
        mode,
        spent: (spending) => tally.add(spending),
        ...(codes === undefined ? {} : { codes }),
      });
      const { messages, transcript } = opening(systemTools(maxSteps - 1), task, images, confidence);
      const log = {
        toolCalls: [] as ToolCall[],
        transcript: transcript as TranscriptEntry[],
        tally,
      };
      const about = aboutOf(task);
      const alsoOf = () => [...new Set([...(about.alsoOf ?? []), ...reach.alsoOf])].sort();
      const spent = () => ({
        ...log.tally.spent(),
        maskSources: [...reach.maskSources],
        toolCalls: log.toolCalls,
        transcript,
        ...(reach.alsoOf.size === 0 ? {} : { alsoOf: [...reach.alsoOf].sort() }),
      });
      try {
        const reply = await toolLoop({
          model,
          tools: task.access === undefined ? withoutScan : tools,
          context: reach.context,
          messages,
          maxSteps,
          sampling: samplingOf(context),
          seed: seedNumber(task.seed),
          // Read anew at every request: a tool may have shown another patient's passage since.
          get about() {
            const others = alsoOf();
            return others.length === 0 ? about : { ...about, alsoOf: others };
          },
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
