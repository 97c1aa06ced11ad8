// VILA-M3's training conversations on anybody's annotated scans, and the same questions as items of one's own.
import { GROUPS, ORGAN_GROUPS, structureId, TUMOUR_GROUPS } from '../../agents/readers/vila-m3/groups.ts';
import { pixelsOf } from '../../agents/readers/vila-m3/legend.ts';
import { OverreadError } from '../../domain/errors.ts';
import { type Random, random } from '../../domain/random.ts';
import { squarePixels } from '../../imaging/raster-size.ts';
import { sliceCount, sliceOf, WINDOWS, windowed, windowOf } from '../../imaging/slices.ts';
import { encodePng } from '../../imaging/write-png.ts';
import { pseudonym, readSecret, secretFromSeed } from '../../privacy/pseudonym.ts';
import { type AnnotatedScan, annotatedScans, SCAN_OPTIONS } from '../annotated-scans.ts';
import type { Builder } from '../builder.ts';
import { type BuiltFolder, buildFolder, skippedOf, tally } from '../built-folder.ts';
import { ITEMS_FILE, type OwnItem } from '../published/own-items/format.ts';
import {
  type AnnotatedSlice,
  type Conversation,
  countPieces,
  drawGroup,
  groupMasks,
  namingConversation,
  requestConversation,
  type SliceMask,
  spoken,
  tumourConversation,
  tumourQuestion,
} from '../vila-m3/compile.ts';

/** The training file. */
export const CONVERSATIONS_FILE = 'conversations.json';

const vilaM3Conversations: Builder = {
  id: 'vila-m3-conversations',
  kind: 'builder',
  summary: 'training conversations with an expert’s tag and coloured result, from annotated scans',
  paper: {
    title: 'VILA-M3: Enhancing Vision-Language Models with Medical Expert Knowledge',
    arxiv: '2411.12915',
    url: 'https://github.com/Project-MONAI/VLM-Radiology-Agent-Framework',
    year: 2024,
  },
  command: 'overread make vila-m3-conversations SOURCE --out DIR',
  needs: ['scans with label maps, in any layout'],
  writes: 'own-items',
  options: [
    ...SCAN_OPTIONS,
    {
      name: 'slices',
      value: 'N',
      about: 'axial slices of each scan and group: the largest and others spread over it',
      default: '1',
    },
    { name: 'min-pixels', value: 'N', about: 'fewest pixels by which a slice shows a group', default: '20' },
    { name: 'secret', value: 'FILE', about: 'secret of the pseudonyms; default: derived from the seed' },
  ],
  async build(request) {
    const whole = (name: string, usual: number): number => {
      const value = Number(request.options[name]?.[0] ?? usual);
      if (Number.isInteger(value) && value >= 1) return value;
      throw new OverreadError('bad-argument', `Give --${name} as a whole number from 1.`);
    };
    const [slices, minPixels] = [whole('slices', 1), whole('min-pixels', 20)];
    const secretFile = request.options.secret?.[0];
    const secret = secretFile === undefined ? secretFromSeed(request.seed) : readSecret(secretFile);
    const counts = tally();
    const skipped = tally();
    return buildFolder(request.out, async (folder) => {
      const conversations: Conversation[] = [];
      const items: OwnItem[] = [];
      for await (const scan of annotatedScans(request, (reason) => skipped.add(reason))) {
        if (scan.image === undefined) {
          skipped.add('a case has masks but no image');
          continue;
        }
        const id = pseudonym(secret, 'case', scan.id);
        const compiled = compileScan(scan, {
          id,
          patient: pseudonym(secret, 'patient', scan.patient),
          slices,
          minPixels,
          rng: random(request.seed, 'conversations', id),
          write: (name, png) => writeOnce(folder, name, png),
          count: (kind) => counts.add(kind),
          skip: (reason) => skipped.add(reason),
        });
        for await (const made of compiled) {
          conversations.push(made.conversation);
          if (made.item !== undefined) items.push(made.item);
        }
      }
      if (conversations.length === 0)
        throw new OverreadError(
          'mask-empty',
          `No conversation could be made: ${Object.keys(skipped.counts())[0] ?? 'the source holds no case'}.`,
        );
      await folder.write(CONVERSATIONS_FILE, `${JSON.stringify(conversations, null, 1)}\n`);
      await folder.write(ITEMS_FILE, items.map((item) => `${JSON.stringify(item)}\n`).join(''));
      counts.add('conversations', conversations.length);
      return { items: items.length, counts: counts.counts(), skipped: skippedOf(skipped.counts()) };
    });
  },
  check: async (context) => {
    const { checkConversations } = await import('../vila-m3/check.ts');
    return checkConversations(vilaM3Conversations, context);
  },
};
export default vilaM3Conversations;

async function writeOnce(folder: BuiltFolder, name: string, png: Uint8Array): Promise<void> {
  if (!folder.has(name)) await folder.write(name, png);
}

interface Compiling {
  readonly id: string;
  readonly patient: string;
  readonly slices: number;
  readonly minPixels: number;
  readonly rng: Random;
  write(name: string, png: Uint8Array): Promise<void>;
  count(kind: string): void;
  skip(reason: string): void;
}

interface Compiled {
  readonly conversation: Conversation;
  readonly item?: OwnItem;
}

async function* compileScan(scan: AnnotatedScan, given: Compiling): AsyncGenerator<Compiled> {
  const lookedFor = scan.lookedFor.map(structureId);
  for (const group of TUMOUR_GROUPS) {
    // What nobody looked for is unknown, and no question is asked of it.
    if (!lookedFor.some((structure) => GROUPS[group].has(structure))) continue;
    const areas = areasOf(scan, group);
    const chosen = spread(areas, given.slices, (pixels) => pixels >= given.minPixels);
    const body = areasOf(scan, 'organs');
    const without = [...areas.keys()].filter((index) => areas[index] === 0 && body[index] > 0);
    // As many slices without one, of those that show some organ.
    const negatives = given.rng.shuffle(without).slice(0, Math.max(1, chosen.length));
    for (const index of [...chosen, ...negatives]) yield tumourOf(scan, index, group, given);
  }
  for (const group of ORGAN_GROUPS) {
    const areas = areasOf(scan, group);
    const chosen = spread(areas, given.slices, (pixels) => pixels >= given.minPixels);
    if (chosen.length === 0) given.skip(`a case shows nothing of the group "${group}"`);
    for (const index of chosen) yield organsOf(scan, index, group, given);
  }
}

async function tumourOf(
  scan: AnnotatedScan,
  index: number,
  group: string,
  { id, patient, write, count }: Compiling,
): Promise<Compiled> {
  const slice = sliceWithMasks(scan, index);
  const drawn = drawGroup(slice, group);
  const [own, result] = names(id, index, group);
  await write(own, await encodePng(slice.picture));
  await write(result, await encodePng(drawn.raster));
  const pieces = countPieces(slice, group);
  count(pieces === 0 ? 'tumor: no' : 'tumor: yes');
  const name = `${id}-${index}-${structureId(group)}`;
  return {
    conversation: tumourConversation(name, [own, result], slice, group, drawn),
    item: {
      ...itemOf({ name, patient, picture: own, modality: slice.modality }, scan),
      question: tumourQuestion(group),
      options: ['yes', 'no'],
      answer: pieces === 0 ? 'no' : 'yes',
      type: 'tumor-existence',
    },
  };
}

async function organsOf(
  scan: AnnotatedScan,
  index: number,
  group: string,
  { id, patient, write, count, rng, skip }: Compiling,
): Promise<Compiled> {
  const slice = sliceWithMasks(scan, index);
  const [own, result] = names(id, index, group);
  await write(own, await encodePng(slice.picture));
  const name = `${id}-${index}-${structureId(group)}`;
  // Half and half, as the recipe says.
  if (rng.next() < 0.5) {
    count('segmentation request');
    return { conversation: requestConversation(name, own, slice, group) };
  }
  const drawn = drawGroup(slice, group);
  await write(result, await encodePng(drawn.raster));
  count('what is it');
  const conversation = namingConversation(name, [own, result], slice, group, drawn);
  const absent = slice.masks
    .filter((mask) => GROUPS[group].has(mask.structure) && pixelsOf(mask) === 0)
    .map(({ name: label }) => label);
  const present = drawn.legend.map(({ name: label }) => label);
  const wrong = rng.shuffle([...new Set(absent)].filter((label) => !present.includes(label))).slice(0, 3);
  if (wrong.length < 3) {
    skip('fewer than three structures of a group are absent from a slice: no item to choose from');
    return { conversation };
  }
  const answer = rng.pick(present);
  return {
    conversation,
    item: {
      ...itemOf({ name, patient, picture: own, modality: slice.modality }, scan),
      question: `Which of these can be seen in this image, of the group "${group}"?`,
      options: rng.shuffle([answer, ...wrong]),
      answer,
      type: 'structure-seen',
    },
  };
}

function itemOf(
  {
    name,
    patient,
    picture,
    modality,
  }: { name: string; patient: string; picture: string; modality: string | undefined },
  scan: AnnotatedScan,
): Pick<OwnItem, 'id' | 'patient' | 'pictures' | 'facets' | 'licence'> {
  return {
    id: name,
    patient,
    pictures: [picture],
    ...(modality === undefined ? {} : { facets: { modality } }),
    ...(scan.licence === undefined ? {} : { licence: scan.licence }),
  };
}

const names = (id: string, index: number, group: string): [string, string] => [
  `images/${id}-${index}.png`,
  `images/${id}-${index}-${structureId(group)}.png`,
];

/** CT at level 50 and width 400, anything else between its 1st and 99th percentile; masks of the same slice. */
export function sliceWithMasks(scan: AnnotatedScan, index: number): AnnotatedSlice {
  const { grid, image, layers } = scan;
  if (image === undefined) throw new TypeError('A case without an image is left out before.');
  const window = image.units === 'HU' ? WINDOWS.abdomen : windowOf(image.data);
  const picture = squarePixels(windowed(sliceOf({ grid, data: image.data }, 'axial', index), window));
  const masks = layers.flatMap(({ data, labels }) => {
    const slice = sliceOf({ grid, data }, 'axial', index);
    return labels.map(
      ({ value, name }): SliceMask => ({
        name: spoken(name),
        structure: structureId(name),
        slice,
        values: [value],
      }),
    );
  });
  return { picture, masks, modality: scan.modality ?? (image.units === 'HU' ? 'CT' : undefined) };
}

/** Pixels of a group on every axial slice. */
function areasOf({ grid, layers }: AnnotatedScan, group: string): Float64Array {
  const areas = new Float64Array(sliceCount(grid, 'axial'));
  const plane = grid.shape[0] * grid.shape[1];
  const named = layers.map(({ data, labels }) => ({
    data,
    labels: labels.map(({ value, name }) => ({ value, structure: structureId(name) })),
  }));
  const members = new Set(
    groupMasks(
      named.flatMap(({ labels }) => labels),
      group,
    ).map(({ structure }) => structure),
  );
  for (const { data, labels } of named) {
    const values = new Set(
      labels.filter(({ structure }) => members.has(structure)).map(({ value }) => value),
    );
    if (values.size === 0) continue;
    // In RAS order the third voxel axis runs along the body.
    for (let at = 0; at < data.length; at++)
      if (data[at] !== 0 && values.has(data[at])) areas[Math.floor(at / plane)]++;
  }
  return areas;
}

/** The largest slice, and as many others as are wanted, evenly spread over those that fit. */
function spread(areas: Float64Array, wanted: number, fits: (pixels: number) => boolean): number[] {
  const fitting = [...areas.keys()].filter((index) => fits(areas[index]));
  if (fitting.length <= wanted) return fitting;
  const largest = fitting.reduce((best, index) => (areas[index] > areas[best] ? index : best));
  const rest = fitting.filter((index) => index !== largest);
  const others = Array.from(
    { length: wanted - 1 },
    (_, at) => rest[Math.floor(((at + 0.5) * rest.length) / Math.max(1, wanted - 1))],
  );
  return [largest, ...others].sort((a, b) => a - b);
}
