// Boxes as models write them: JSON, in pixels, thousandths or fractions of the picture; read, clipped and written.
import type { PixelBox } from '../../domain/expert.ts';
import { asObject, lastJson, type Reading, read, unread, withoutThoughts } from '../../experts/json-reply.ts';
import { boxIou } from '../../scoring/detection/boxes.ts';

export const COORDINATES = ['thousandths', 'pixels', 'fractions'] as const;
export type Coordinates = (typeof COORDINATES)[number];

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A box in pixels of the picture that it is on. */
export interface SaidBox {
  readonly box: PixelBox;
  /** Which of the pictures, from 0. */
  readonly picture: number;
  readonly label?: string;
  /** 0…1, where the reply says how sure it is. */
  readonly score?: number;
}

export interface BoxReading {
  readonly coordinates: Coordinates;
  /** The pictures that boxes may be on, in the order in which they were shown. */
  readonly pictures: readonly Size[];
  /** Further boxes are left out. Default 100. */
  readonly most?: number;
}

const BOX_NAMES = ['box', 'bbox', 'bbox_2d', 'box_2d', 'bounding_box'];
const LIST_NAMES = ['boxes', 'bboxes', 'regions', 'act', ...BOX_NAMES];

/** Share of two boxes' union that both cover, 0…1. */
export function pixelBoxIou(a: PixelBox, b: PixelBox): number {
  return boxIou({ min: a.slice(0, 2), max: a.slice(2) }, { min: b.slice(0, 2), max: b.slice(2) });
}

/** How the model is told to write boxes. */
export function boxFormat(coordinates: Coordinates): string {
  const unit = {
    pixels: 'pixels',
    thousandths: 'thousandths of the picture’s width and height (0 to 1000)',
    fractions: 'fractions of the picture’s width and height (0 to 1)',
  }[coordinates];
  return `[{"box": [x0, y0, x1, y1]}] in ${unit}, from the top left corner`;
}

function scaleOf(coordinates: Coordinates, { width, height }: Size): readonly [number, number] {
  if (coordinates === 'pixels') return [1, 1];
  const whole = coordinates === 'thousandths' ? 1000 : 1;
  return [width / whole, height / whole];
}

/**
 * The boxes of a reply's last JSON: a list of boxes or of objects with a box, or an object that holds one. Corners may
 * come in either order; what reaches out of the picture is cut off. An empty list says that there is none. A reply in
 * which any box cannot be used has a reason instead, so that the model can be asked again.
 */
export function readBoxes(text: string, options: BoxReading): Reading<readonly SaidBox[]> {
  const json = lastJson(withoutThoughts(text));
  if (!json.ok) return json;
  const listed = listOf(json.value);
  if (listed === undefined) return unread('the JSON holds no list of boxes');
  const boxes: SaidBox[] = [];
  for (const one of listed.slice(0, options.most ?? 100)) {
    const box = boxOf(one, options);
    if (!box.ok) return box;
    boxes.push(box.value);
  }
  return read(boxes);
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isFour = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.length === 4 && value.every(isNumber);

function listOf(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return isFour(value) ? [value] : value;
  const fields = asObject(value);
  for (const name of LIST_NAMES) {
    const held = fields?.[name];
    if (isFour(held)) return [value];
    if (Array.isArray(held)) return held;
  }
  return undefined;
}

function cornersIn(value: unknown): readonly number[] | undefined {
  if (isFour(value)) return value;
  const fields = asObject(value);
  return BOX_NAMES.map((name) => fields?.[name]).find(isFour);
}

function boxOf(value: unknown, { coordinates, pictures }: BoxReading): Reading<SaidBox> {
  const corners = cornersIn(value);
  if (corners === undefined) return unread('a box is not [x0, y0, x1, y1]');
  const fields = asObject(value) ?? {};
  const picture = fields.picture === undefined ? 0 : Number(fields.picture) - 1;
  const size = pictures[picture];
  if (size === undefined) return unread(`there is no picture ${String(fields.picture)}`);
  const [sx, sy] = scaleOf(coordinates, size);
  const clip = (at: number, most: number) => Math.min(Math.max(at, 0), most);
  const [x0, x1] = [corners[0] * sx, corners[2] * sx].map((x) => clip(x, size.width)).sort((a, b) => a - b);
  const [y0, y1] = [corners[1] * sy, corners[3] * sy].map((y) => clip(y, size.height)).sort((a, b) => a - b);
  if (!(x1 > x0 && y1 > y0)) return unread('a box has no area inside the picture');
  const { label, score } = fields;
  return read({
    box: [x0, y0, x1, y1],
    picture,
    ...(typeof label === 'string' && label !== '' ? { label } : {}),
    ...(isNumber(score) && score >= 0 && score <= 1 ? { score } : {}),
  });
}

/** The boxes as `readBoxes` takes them: whole pixels and thousandths, fractions of four digits. */
export function writeBoxes(
  boxes: readonly SaidBox[],
  { coordinates, pictures }: Pick<BoxReading, 'coordinates' | 'pictures'>,
): string {
  const digits = coordinates === 'fractions' ? 1e4 : 1;
  return JSON.stringify(
    boxes.map(({ box, picture, ...rest }) => {
      const [sx, sy] = scaleOf(coordinates, pictures[picture] ?? { width: 1, height: 1 });
      const corners = box.map((at, n) => Math.round((at / (n % 2 === 0 ? sx : sy)) * digits) / digits);
      return { box: corners, ...(pictures.length > 1 ? { picture: picture + 1 } : {}), ...rest };
    }),
  );
}
