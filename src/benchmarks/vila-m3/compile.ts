// Training conversations with an expert in them, from one annotated slice: question, tag, coloured result, answer.
import { cardList, modalitySentence } from '../../agents/readers/vila-m3/cards.ts';
import { GROUPS, isFinding, membersOf, structureId } from '../../agents/readers/vila-m3/groups.ts';
import {
  drawMasks,
  type LegendEntry,
  legendText,
  type NamedMask,
} from '../../agents/readers/vila-m3/legend.ts';
import { instructionFor } from '../../agents/readers/vila-m3/turns.ts';
import { structureName } from '../../domain/structures.ts';
import type { Raster } from '../../domain/volume.ts';
import { piecesOf } from '../mask-slices.ts';

/** A line of the training file, as LLaVA-style trainers read it; <image> stands for the pictures in their order. */
export interface Conversation {
  readonly id: string;
  readonly image: readonly string[];
  readonly conversations: readonly { readonly from: 'human' | 'gpt'; readonly value: string }[];
}

export interface SliceMask extends NamedMask {
  /** The label's name as groups know it: "liver_tumor". */
  readonly structure: string;
}

export interface AnnotatedSlice {
  readonly picture: Raster;
  /** Every label of the scan on this slice, also those without a pixel here. */
  readonly masks: readonly SliceMask[];
  readonly modality: string | undefined;
}

export interface Drawn {
  readonly raster: Raster & { readonly data: Uint8Array };
  readonly legend: readonly LegendEntry[];
}

/** A label's name in running text: "left kidney" for kidney_left. */
export const spoken = (name: string): string => structureName(structureId(name));

/** The masks of a group on the slice, in colour; tumours lie on top. */
export function drawGroup({ picture, masks }: AnnotatedSlice, group: string): Drawn {
  const own = groupMasks(masks, group).toSorted(
    (a, b) => Number(isFinding(a.structure)) - Number(isFinding(b.structure)),
  );
  return drawMasks(picture, own);
}

/** The masks that a group is drawn with, of all labels of a scan. */
export function groupMasks<T extends { readonly structure: string }>(
  masks: readonly T[],
  group: string,
): T[] {
  const members = new Set(
    membersOf(
      GROUPS[group],
      masks.map(({ structure }) => structure),
    ),
  );
  return masks.filter(({ structure }) => members.has(structure));
}

/** Connected pieces (edge to edge) of a group's masks on the slice. */
export function countPieces({ masks }: AnnotatedSlice, group: string): number {
  const own = groupMasks(masks, group);
  const [first] = own;
  if (first === undefined) return 0;
  const { width, height } = first.slice;
  const union = new Uint8Array(width * height);
  for (const { slice, values } of own) {
    const wanted = values && new Set(values);
    for (let at = 0; at < union.length; at++)
      if (wanted === undefined ? slice.data[at] !== 0 : wanted.has(slice.data[at])) union[at] = 1;
  }
  return piecesOf({ width, height, data: union }).length;
}

const opening = (modality: string | undefined, question: string): string =>
  [cardList(['VISTA3D', 'BRATS', 'CXR']), '<image>', modalitySentence(modality), question].join('\n');

const evidence = (group: string, legend: Drawn['legend'], question: string): string =>
  [
    `The expert segmented ${group} in this picture. ${legendText(legend)}`,
    '<image>',
    instructionFor(question, false),
  ].join('\n');

export const tumourQuestion = (group: string): string => `Is there a ${group} in this image?`;
export const groupQuestion = (group: string): string =>
  `Which structures of the group "${group}" can be seen in this image?`;

/** "yes, there are 2" by the pieces that the slice shows; "no" without any. */
export function tumourAnswer(pieces: number): string {
  if (pieces === 0) return 'no';
  return pieces === 1 ? 'yes, there is 1' : `yes, there are ${pieces}`;
}

/** The question, the expert asked for, its result, and the answer that follows from it. */
function consultation(
  slice: AnnotatedSlice,
  group: string,
  legend: Drawn['legend'],
  question: string,
  answer: string,
): Conversation['conversations'] {
  return [
    { from: 'human', value: opening(slice.modality, question) },
    { from: 'gpt', value: `<VISTA3D(${group})>` },
    { from: 'human', value: evidence(group, legend, question) },
    { from: 'gpt', value: answer },
  ];
}

/** A tumour group: the expert is triggered, its result comes back, and the answer is yes with a count, or no. */
export function tumourConversation(
  id: string,
  images: readonly [string, string],
  slice: AnnotatedSlice,
  group: string,
  { legend }: Drawn,
): Conversation {
  const question = tumourQuestion(group);
  const turns = consultation(slice, group, legend, question, tumourAnswer(countPieces(slice, group)));
  return { id, image: images, conversations: turns };
}

/** A segmentation request: the model announces it with the tag, and there is nothing left to answer. */
export function requestConversation(
  id: string,
  image: string,
  slice: AnnotatedSlice,
  group: string,
): Conversation {
  return {
    id,
    image: [image],
    conversations: [
      { from: 'human', value: opening(slice.modality, `Segment the group "${group}" in this image.`) },
      { from: 'gpt', value: `Here is the segmentation. <VISTA3D(${group})>` },
    ],
  };
}

/** What is it: the expert's legend comes back, and the answer names what is there. */
export function namingConversation(
  id: string,
  images: readonly [string, string],
  slice: AnnotatedSlice,
  group: string,
  { legend }: Drawn,
): Conversation {
  const question = groupQuestion(group);
  const turns = consultation(slice, group, legend, question, legend.map(({ name }) => name).join(', '));
  return { id, image: images, conversations: turns };
}
