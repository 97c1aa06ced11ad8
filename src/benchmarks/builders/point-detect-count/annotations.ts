// Annotated pictures of a folder: boxes (Pascal VOC XML, COCO JSON), points or boxes in a table, or mask pictures.
import { parseHTML } from 'linkedom';
import * as z from 'zod';
import { OverreadError } from '../../../domain/errors.ts';
import { readJson, readWhole } from '../../../records/data-root.ts';
import { delimitedRecords } from '../../../records/delimited.ts';
import type { DataRoot } from '../../../records/source.ts';
import { type Piece, piecesOf, pointInside } from '../../mask-slices.ts';

export type Corners = readonly [x1: number, y1: number, x2: number, y2: number];

/** One annotated thing, in pixels from the picture's top left. */
export interface Thing {
  readonly label: string;
  readonly box?: Corners;
  readonly point: readonly [x: number, y: number];
}

export interface AnnotatedPicture {
  /** Name of the picture below the source. */
  readonly picture: string;
  readonly things: readonly Thing[];
}

export interface AnnotationOptions {
  /** Names of a mask's values. Default: "label VALUE". */
  readonly names: ReadonlyMap<number, string>;
  /** Called for what cannot be used. */
  readonly skip: (reason: string) => void;
}

const PICTURE = /\.(?:png|jpe?g|webp|tiff?|bmp)$/i;
const stem = (name: string): string => (name.split('/').at(-1) ?? name).replace(/\.[^.]+$/, '');
const base = (name: string): string => name.split('/').at(-1) ?? name;
const middle = ([x1, y1, x2, y2]: Corners): [number, number] => [(x1 + x2) / 2, (y1 + y2) / 2];

/** Every annotated picture, in order of names. Throws `format-unknown` when nothing is annotated in a way that is known. */
export async function annotatedPictures(
  data: DataRoot,
  options: AnnotationOptions,
): Promise<AnnotatedPicture[]> {
  const names = await data.list();
  const isMask = (name: string) => /(?:^|\/)masks?\//i.test(name) || /_mask\.[a-z]+$/i.test(name);
  const pictures = new Map(
    names.filter((name) => PICTURE.test(name) && !isMask(name)).map((name) => [stem(name), name]),
  );
  const xml = names.filter((name) => name.endsWith('.xml'));
  const tables = names.filter((name) => name.endsWith('.csv'));
  const json = names.filter((name) => name.endsWith('.json'));
  const masks = names.filter((name) => PICTURE.test(name) && isMask(name));
  const found = new Map<string, Thing[]>();
  const add = (picture: string, things: readonly Thing[]) => {
    const name = pictures.get(stem(picture));
    if (name === undefined) options.skip('the annotated picture is not there');
    else found.set(name, [...(found.get(name) ?? []), ...things]);
  };
  for (const name of xml) add(...vocThings(new TextDecoder().decode(await readWhole(data, name)), name));
  for (const name of json)
    for (const [picture, things] of cocoThings(await readJson(data, name), name)) add(picture, things);
  for (const name of tables)
    for await (const [picture, things] of tableThings(data, name)) add(picture, things);
  for (const name of masks)
    add(
      stem(name).replace(/_mask$/i, ''),
      await maskThings(await readWhole(data, name), name, options.names),
    );
  if (xml.length + json.length + tables.length + masks.length === 0)
    throw new OverreadError(
      'format-unknown',
      'No annotations were found: give Pascal VOC XML, COCO JSON, a CSV table of points or boxes, or a folder "masks" beside the pictures.',
    );
  return [...found]
    .map(([picture, things]) => ({ picture, things }))
    .sort((a, b) => (a.picture < b.picture ? -1 : 1));
}

/** Pascal VOC: the picture's name and its objects. Throws `file-corrupt`. */
export function vocThings(text: string, name: string): [picture: string, things: Thing[]] {
  const { document } = parseHTML(`<html><body>${text.replace(/<\?xml[^>]*\?>/, '')}</body></html>`);
  const root = document.querySelector('annotation');
  const picture = root?.querySelector('filename')?.textContent?.trim();
  if (root === null || picture === undefined || picture === '' || !/<\/annotation>\s*$/.test(text.trim()))
    throw new OverreadError(
      'file-corrupt',
      `${base(name)} is no whole Pascal VOC annotation: copy it again.`,
    );
  const things = [...root.querySelectorAll('object')].map((object, at): Thing => {
    const corner = (tag: string) =>
      Number(object.querySelector(`bndbox > ${tag}`)?.textContent ?? Number.NaN);
    const box: Corners = [corner('xmin'), corner('ymin'), corner('xmax'), corner('ymax')];
    const label = object.querySelector('name')?.textContent?.trim() ?? '';
    if (label === '' || !box.every(Number.isFinite))
      throw new OverreadError(
        'file-corrupt',
        `${base(name)}, object ${at + 1}: it has no name or box: mend or remove it.`,
      );
    return { label, box, point: middle(box) };
  });
  // Some sets name another picture than the one beside the file: the file's own name decides.
  return [stem(name) === stem(picture) ? picture : name, things];
}

const coco = z.object({
  images: z.array(z.object({ id: z.union([z.number(), z.string()]), file_name: z.string() })),
  annotations: z.array(
    z.object({
      image_id: z.union([z.number(), z.string()]),
      category_id: z.number(),
      bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]),
    }),
  ),
  categories: z.array(z.object({ id: z.number(), name: z.string() })),
});

function cocoThings(value: unknown, name: string): Map<string, Thing[]> {
  const said = coco.safeParse(value);
  if (!said.success)
    throw new OverreadError(
      'file-corrupt',
      `${base(name)} is no COCO annotation of boxes: mend or remove it.`,
    );
  const { images, annotations, categories } = said.data;
  const labels = new Map(categories.map(({ id, name: label }) => [id, label]));
  const files = new Map(images.map(({ id, file_name }) => [id, file_name]));
  const found = new Map<string, Thing[]>(images.map(({ file_name }) => [file_name, []]));
  for (const {
    image_id,
    category_id,
    bbox: [x, y, width, height],
  } of annotations) {
    const box: Corners = [x, y, x + width, y + height];
    const label = labels.get(category_id);
    const file = files.get(image_id);
    if (label === undefined || file === undefined)
      throw new OverreadError(
        'file-corrupt',
        `${base(name)} annotates a picture or class that it does not list.`,
      );
    found.get(file)?.push({ label, box, point: middle(box) });
  }
  return found;
}

/** Rows of image, label and either x, y or x1, y1, x2, y2. */
async function* tableThings(data: DataRoot, name: string): AsyncGenerator<[string, Thing[]]> {
  let at = 0;
  for await (const { value } of delimitedRecords(await data.open(name), { separator: ',' })) {
    at++;
    const number = (key: string) =>
      value[key] === undefined || value[key] === '' ? Number.NaN : Number(value[key]);
    const box: Corners = [number('x1'), number('y1'), number('x2'), number('y2')];
    const point = [number('x'), number('y')] as const;
    const isBox = box.every(Number.isFinite);
    if (!value.image || !value.label || !(isBox || point.every(Number.isFinite)))
      throw new OverreadError(
        'file-corrupt',
        `${base(name)}, row ${at}: columns image, label and x, y (or x1, y1, x2, y2) are wanted.`,
      );
    yield [
      value.image,
      [isBox ? { label: value.label, box, point: middle(box) } : { label: value.label, point }],
    ];
  }
}

/** Every connected piece of a mask's values is a thing; its box reaches to the far side of its last pixels. */
async function maskThings(
  bytes: Uint8Array,
  name: string,
  names: ReadonlyMap<number, string>,
): Promise<Thing[]> {
  const { default: sharp } = await import('sharp');
  const { data, info } = await sharp(bytes)
    .toColourspace('b-w')
    .extractChannel(0)
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch((cause: unknown) => {
      throw new OverreadError('file-corrupt', `${base(name)} cannot be read as a mask: copy it again.`, {
        cause,
      });
    });
  return piecesOf({ width: info.width, height: info.height, data }).map((piece) => ({
    label: names.get(piece.label) ?? `label ${piece.label}`,
    box: [piece.min[0], piece.min[1], piece.max[0] + 1, piece.max[1] + 1],
    point: centreOf(piece, info.width),
  }));
}

function centreOf(piece: Piece, width: number): [number, number] {
  const [x, y] = pointInside(piece, width);
  return [x + 0.5, y + 0.5];
}
