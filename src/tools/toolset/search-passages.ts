// search_passages: what the run's retriever finds for a query, never of the patient who is asked about.
import * as z from 'zod';
import { TOOL_MODES, type Tool } from '../../domain/tool.ts';
import { callOf, expertFor, signed } from '../expert-results.ts';
import { pictureInput, pictureOf, shown } from '../picture-view.ts';

const input = z.strictObject({
  query: z.string().min(1).max(500).describe('What to look for, in a few words.'),
  image: pictureInput.optional().describe('A picture to search by, beside the words.'),
  domain: z.string().min(1).max(60).optional().describe('Only passages of this domain, such as radiology.'),
  limit: z.int().min(1).max(10).default(5),
});

/** Characters of each passage in a result. */
const SHOWN_CHARACTERS = 1500;

const searchPassages: Tool<z.infer<typeof input>> = {
  name: 'search_passages',
  description:
    'Searches the collection of guidelines, pages or cases that the run was given; returns passages with their ' +
    'sources. What they say is material to judge. Nothing of the patient at hand is ever found.',
  input,
  modes: TOOL_MODES,
  group: 'expert',
  needsExpert: 'retrieve',
  run: async ({ query, image, domain, limit }, context) => {
    const expert = expertFor('retrieve', context);
    const own = context.case.record.patientId;
    const picture = image === undefined ? undefined : (await pictureOf(image, context)).stored;
    const found = await expert.retrieve(
      {
        text: query,
        k: limit,
        notOf: own,
        ...(domain === undefined ? {} : { domain }),
        ...(picture === undefined ? {} : { picture }),
      },
      callOf(context),
    );
    // A retriever that forgets to leave the patient out must not let the answer in.
    const others = found.filter(({ passage }) => passage.patientId !== own).slice(0, limit);
    for (const { passage } of others)
      if (passage.hash !== undefined)
        context.pictures?.admit?.(passage.hash, passage.mediaType ?? 'image/png', 'search_passages');
    const open = new Set(context.pictures?.list().map(({ hash }) => hash));
    return {
      passages: others.map(({ passage, score }) => ({
        id: passage.id.slice(0, 200),
        text:
          passage.text.length <= SHOWN_CHARACTERS
            ? passage.text
            : `${passage.text.slice(0, SHOWN_CHARACTERS)}…`,
        source: passage.source.slice(0, 300),
        ...(passage.domain === undefined ? {} : { domain: passage.domain }),
        ...(passage.hash === undefined || !open.has(passage.hash) ? {} : { picture: passage.hash }),
        score: shown(score),
      })),
      expert: signed(expert),
    };
  },
};

export default searchPassages;
