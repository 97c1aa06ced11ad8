// What the tools of one read may reach: its case, pictures, sounds and materials, and the run's experts.
import { OverreadError } from '../domain/errors.ts';
import type { ExpertSpending, StoredBytes } from '../domain/expert.ts';
import type { ReadTask } from '../domain/reader.ts';
import type { Code, ToolContext, ToolMode, ToolPictures } from '../domain/tool.ts';
import { itemAccess } from '../tools/item-access.ts';
import { readPictures } from '../tools/read-pictures.ts';
import { watched } from './access-watch.ts';
import { countedExperts } from './counted-experts.ts';
import type { PluginContext } from './reader-plugin.ts';
import type { ShownImage } from './volume-images.ts';

export interface ReadToolContext {
  readonly context: ToolContext & { readonly pictures: ToolPictures };
  /** Sources of the masks that were consulted so far. */
  readonly maskSources: readonly string[];
  /** Other patients whose data tools have shown so far: a control's materials, passages of other cases. */
  readonly alsoOf: ReadonlySet<string>;
}

/**
 * @param shown what the question shows, in order: pictures of the case's materials open after those
 */
export function readToolContext(
  task: ReadTask,
  shown: readonly ShownImage[],
  {
    blobs,
    experts: given = {},
    criteria,
    mode,
    codes,
    spent,
  }: Pick<PluginContext, 'blobs' | 'experts' | 'criteria'> & {
    readonly mode: ToolMode;
    readonly codes?: readonly Code[];
    /** Told what models behind the experts cost. */
    readonly spent?: (spending: ExpertSpending) => void;
  },
): ReadToolContext {
  const experts = spent === undefined ? given : countedExperts(given, spent);
  const { access, maskSources } = watched(task.access ?? itemAccess(task.case));
  const { materials = [], prompt = [] } = task.question;
  const alsoOf = new Set(materials.flatMap(({ patientId }) => (patientId === undefined ? [] : [patientId])));
  const stored = materials.flatMap(({ hash, mediaType = 'image/png' }) =>
    hash === undefined ? [] : [{ hash, mediaType }],
  );
  const sounds = [...prompt.filter((part) => part.type === 'audio'), ...stored.filter(isSound)].map(
    ({ hash, mediaType }): StoredBytes => ({
      hash,
      mediaType,
      async bytes() {
        const found = await blobs.get(hash);
        if (found !== undefined) return found;
        throw new OverreadError(
          'file-not-found',
          'A sound of this question is missing: open the data again.',
        );
      },
    }),
  );
  const { retrieve } = experts;
  return {
    maskSources,
    alsoOf,
    context: {
      case: access,
      mode,
      criteria,
      signal: task.signal,
      pictures: readPictures([...shown, ...stored.filter(isPicture)], blobs),
      materials,
      sounds,
      ...(codes === undefined ? {} : { codes }),
      experts:
        retrieve === undefined
          ? experts
          : {
              ...experts,
              retrieve: {
                id: retrieve.id,
                hash: retrieve.hash,
                retrieve: async (query, call) => {
                  const found = await retrieve.retrieve(query, call);
                  for (const { passage } of found)
                    if (passage.patientId !== undefined && passage.patientId !== query.notOf)
                      alsoOf.add(passage.patientId);
                  return found;
                },
              },
            },
    },
  };
}

const isSound = ({ mediaType }: { readonly mediaType: string }) => mediaType.startsWith('audio/');
const isPicture = ({ mediaType }: { readonly mediaType: string }) => mediaType.startsWith('image/');
