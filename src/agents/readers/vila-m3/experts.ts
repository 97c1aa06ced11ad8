// The experts behind the tags: masks of the case or of a 2D expert in colour, and findings as a yes/no list.
import * as z from 'zod';
import { OverreadError } from '../../../domain/errors.ts';
import type { StoredBytes } from '../../../domain/expert.ts';
import { structureName } from '../../../domain/structures.ts';
import type { Tool, ToolContext } from '../../../domain/tool.ts';
import type { Annotation, Raster, Volume } from '../../../domain/volume.ts';
import { squarePixels } from '../../../imaging/raster-size.ts';
import { sliceAxis, sliceOf, WINDOWS, windowed, windowOf } from '../../../imaging/slices.ts';
import { CXR_FINDINGS, type ExpertName, findingList } from './cards.ts';
import { BRAIN_TUMOUR, GROUPS, type Group, groupOf, isFinding, membersOf, structureId } from './groups.ts';
import { drawMasks, type LegendEntry, legendText, type NamedMask } from './legend.ts';

/** What an expert gives back: words, and a picture by hash where it draws. */
export interface ExpertResult {
  readonly text: string;
  readonly image?: string;
  readonly legend?: readonly LegendEntry[];
  /** 0-based index of the slice of a scan that was drawn on. */
  readonly slice?: number;
}

const input = z.object({ argument: z.string().max(200).default('') });

const MODES = ['predicted', 'oracle', 'vision'] as const;

function expertTool(
  name: string,
  description: string,
  run: (argument: string, context: ToolContext) => Promise<ExpertResult>,
): Tool<z.infer<typeof input>> {
  return {
    name,
    description,
    input,
    modes: MODES,
    group: 'expert',
    run: ({ argument }, context) => run(argument, context),
  };
}

/** By the name of the tag. They are called as tools are, so that masks, arguments and results stand in the log. */
export const EXPERT_TOOLS: Readonly<Record<ExpertName, Tool<z.infer<typeof input>>>> = {
  VISTA3D: expertTool('VISTA3D', 'outlines a group of structures', async (argument, context) => {
    const asked = groupOf(argument);
    if (asked === undefined)
      throw new OverreadError(
        'tool-failed',
        `VISTA3D knows no group "${argument.slice(0, 60)}": it knows ${Object.keys(GROUPS).join(', ')}.`,
      );
    return outlined(asked.name, asked.group, context);
  }),
  BRATS: expertTool('BRATS', 'outlines the parts of a brain tumor', (_, context) =>
    outlined('brain tumor', BRAIN_TUMOUR, context),
  ),
  CXR: expertTool('CXR', 'says yes or no to findings on a chest X-ray', async (_, context) => {
    const classify = context.experts?.classify;
    if (classify === undefined)
      throw new OverreadError('tool-failed', 'There is no expert that classifies: give one with --expert.');
    const { stored } = await firstPicture(context);
    const said = await classify.classify(stored, CXR_FINDINGS, about(context));
    const place = (label: string) => {
      const at = (CXR_FINDINGS as readonly string[]).indexOf(label);
      return at < 0 ? CXR_FINDINGS.length : at;
    };
    const ordered = said.toSorted((a, b) => place(a.label) - place(b.label) || (a.label < b.label ? -1 : 1));
    return { text: `The expert CXR says of this picture:\n${findingList(ordered)}` };
  }),
};

/** Experts that can work on a case: masks of a scan, or an expert of the user's for pictures. */
export function availableExperts(
  hasMasks: boolean,
  experts: { readonly segment?: unknown; readonly classify?: unknown },
): ExpertName[] {
  const segments = hasMasks || experts.segment !== undefined;
  return [
    ...(segments ? (['VISTA3D', 'BRATS'] as const) : []),
    ...(experts.classify === undefined ? [] : (['CXR'] as const)),
  ];
}

async function outlined(name: string, group: Group, context: ToolContext): Promise<ExpertResult> {
  const volume = context.mode === 'vision' ? undefined : await context.case.volume();
  if (volume !== undefined && context.case.annotation !== undefined)
    return onVolume(name, group, volume, await context.case.annotation(), context);
  return onPicture(name, group, context);
}

/** Whose picture an expert is shown, so that what is kept of it can be purged. */
const about = ({ case: { record }, signal }: ToolContext) => ({ patientId: record.patientId, signal });

async function firstPicture(
  context: ToolContext,
): Promise<{ readonly raster: Raster; readonly stored: StoredBytes }> {
  const first = context.pictures?.list()[0];
  if (first === undefined || context.pictures === undefined)
    throw new OverreadError('tool-failed', 'The question shows no picture that an expert could look at.');
  return context.pictures.open(first.hash);
}

/** The axial slice on which the group has most pixels (assumed); the middle one where it has none. */
async function onVolume(
  name: string,
  group: Group,
  volume: Volume,
  annotation: Annotation,
  context: ToolContext,
): Promise<ExpertResult> {
  const { grid } = annotation;
  const members = new Set(
    membersOf(
      group,
      annotation.layers.flatMap(({ labels }) => labels.map(({ structure }) => structureId(structure))),
    ),
  );
  const wanted = annotation.layers.map(({ data, labels }) => ({
    data,
    labels: labels.filter(({ structure }) => members.has(structureId(structure))),
  }));
  const index = largestSlice(wanted, annotation);
  const window = volume.units === 'HU' ? WINDOWS.abdomen : windowOf(volume.data);
  const base = windowed(sliceOf(volume, 'axial', index), window);
  // Organs first, so that a lesion within one lies on top of it.
  const masks = wanted
    .flatMap(({ data, labels }) => {
      const slice = labels.length === 0 ? undefined : sliceOf({ grid, data }, 'axial', index);
      return labels.map((label): NamedMask & { lesion: boolean } => ({
        name: structureName(label.structure),
        slice: slice ?? { width: 0, height: 0, data },
        values: [label.value],
        lesion: isFinding(structureId(label.structure)),
      }));
    })
    .sort((a, b) => Number(a.lesion) - Number(b.lesion));
  const { raster, legend } = drawMasks(squarePixels(base), masks);
  return {
    text: `The expert segmented ${name} in this slice. ${legendText(legend)}`,
    legend,
    slice: index,
    ...(await kept(raster, name, context)),
  };
}

function largestSlice(
  layers: readonly { data: ArrayLike<number>; labels: readonly { value: number }[] }[],
  { grid }: Annotation,
): number {
  const axis = sliceAxis(grid, 'axial');
  const stride = [1, grid.shape[0], grid.shape[0] * grid.shape[1]][axis];
  const count = grid.shape[axis];
  const pixels = new Float64Array(count);
  for (const { data, labels } of layers) {
    if (labels.length === 0) continue;
    const values = new Set(labels.map(({ value }) => value));
    for (let at = 0; at < data.length; at++)
      if (data[at] !== 0 && values.has(data[at])) pixels[Math.floor(at / stride) % count]++;
  }
  let best = count >> 1;
  for (let at = 0; at < count; at++) if (pixels[at] > pixels[best]) best = at;
  return best;
}

/** A pixel belongs to what is asked for where its probability is above one half. */
async function onPicture(name: string, group: Group, context: ToolContext): Promise<ExpertResult> {
  const segment = context.experts?.segment;
  if (segment === undefined)
    throw new OverreadError(
      'tool-failed',
      'There is neither a scan with masks nor an expert that segments pictures.',
    );
  const { raster, stored } = await firstPicture(context);
  const masks: NamedMask[] = [];
  for (const phrase of group.phrases) {
    const soft = await segment.segmentRegion(stored, phrase, about(context));
    masks.push({
      name: phrase,
      slice: {
        width: soft.width,
        height: soft.height,
        data: Uint8Array.from(soft.probability, (probability) => (probability > 0.5 ? 1 : 0)),
      },
    });
  }
  const drawn = drawMasks(raster, masks);
  return {
    text: `The expert segmented ${name} in this picture. ${legendText(drawn.legend)}`,
    legend: drawn.legend,
    ...(await kept(drawn.raster, name, context)),
  };
}

async function kept(raster: Raster, name: string, context: ToolContext): Promise<{ image?: string }> {
  const image = await context.pictures?.keep(raster, `outlines of ${name}`);
  return image === undefined ? {} : { image };
}
