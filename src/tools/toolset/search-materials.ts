// search_materials: the case's own records, earlier reports, pages and notes, by words, kind or region.
import MiniSearch from 'minisearch';
import * as z from 'zod';
import { materialKind } from '../../domain/material.ts';
import { TOOL_MODES, type Tool } from '../../domain/tool.ts';
import { shown } from '../picture-view.ts';

const input = z.strictObject({
  query: z
    .string()
    .min(1)
    .max(300)
    .optional()
    .describe('Words to look for. Without it everything is listed in order.'),
  kind: materialKind.optional(),
  region: z.string().min(1).max(100).optional().describe('Only what speaks of this region.'),
  visits_before: z.int().min(0).max(1000).optional().describe('Only of this visit: 0 now, 1 the one before.'),
  limit: z.int().min(1).max(20).default(5),
});

/** Characters of each text in a result. */
const SHOWN_CHARACTERS = 1500;

const searchMaterials: Tool<z.infer<typeof input>> = {
  name: 'search_materials',
  description:
    'Searches what the case holds besides its question: records, earlier reports, pages, notes and earlier ' +
    'pictures. Pictures are given by hash and can be zoomed into.',
  input,
  modes: TOOL_MODES,
  group: 'knowledge',
  run: async ({ query, kind, region, visits_before, limit }, { materials = [], pictures }) => {
    const spelled = (text: string) => text.trim().toLowerCase();
    const fitting = materials.filter(
      (each) =>
        (kind === undefined || each.kind === kind) &&
        (visits_before === undefined || each.visitsBefore === visits_before) &&
        (region === undefined || each.regions?.some((name) => spelled(name) === spelled(region)) === true),
    );
    const ranked =
      query === undefined
        ? fitting.map((each) => ({ each, score: undefined }))
        : rank(query, fitting).map(({ at, score }) => ({ each: fitting[at], score }));
    const open = new Set(pictures?.list().map(({ hash }) => hash));
    return {
      found: ranked.length,
      of: materials.length,
      materials: ranked.slice(0, limit).map(({ each, score }) => ({
        id: each.id,
        kind: each.kind,
        ...(each.title === undefined ? {} : { title: each.title }),
        ...(each.visitsBefore === undefined ? {} : { visits_before: each.visitsBefore }),
        ...(each.regions === undefined ? {} : { regions: each.regions.slice(0, 50) }),
        ...(each.text === undefined ? {} : { text: cut(each.text) }),
        ...(each.hash === undefined || !open.has(each.hash) ? {} : { picture: each.hash }),
        ...(score === undefined ? {} : { score: shown(score) }),
      })),
    };
  },
};

function cut(text: string): string {
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}…`;
}

function rank(
  query: string,
  materials: readonly {
    readonly title?: string;
    readonly text?: string;
    readonly regions?: readonly string[];
  }[],
): { at: number; score: number }[] {
  const index = new MiniSearch({ fields: ['title', 'text', 'regions'] });
  index.addAll(
    materials.map(({ title = '', text = '', regions = [] }, id) => ({
      id,
      title,
      text,
      regions: regions.join(' '),
    })),
  );
  return index
    .search(query, { prefix: true, boost: { title: 2 } })
    .map(({ id, score }) => ({ at: id as number, score }))
    .sort((a, b) => b.score - a.score || a.at - b.at);
}

export default searchMaterials;
