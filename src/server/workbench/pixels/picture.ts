// One slice as a picture: square pixels, its masks in colour, its marks drawn. For exports, and for who has no canvas.
import type { Vec3 } from '../../../domain/geometry.ts';
import type { Raster } from '../../../domain/volume.ts';
import { drawBox, drawRuler, overlay, PALETTE } from '../../../imaging/overlay.ts';
import { scaled, squarePixels } from '../../../imaging/raster-size.ts';
import { type DisplayWindow, pixelAt, type Slice, windowed } from '../../../imaging/slices.ts';
import type { ScanMark } from '../shapes/scan.ts';

/** Everything that a picture is drawn from, as plain data that can be sent to a thread. */
export interface Drawing {
  readonly slice: Slice;
  readonly window: DisplayWindow;
  readonly masks: readonly {
    readonly data: Uint8Array | Uint16Array;
    readonly value: number;
    /** Place among the case's structures: decides the colour. */
    readonly order: number;
  }[];
  readonly marks: readonly ScanMark[];
  /** Pixels. */
  readonly longestEdge: number;
}

export function drawPicture({ slice, window, masks, marks, longestEdge }: Drawing): Raster {
  const { width, height } = slice;
  let picture: Raster = legible(squarePixels(windowed(slice, window), { longestEdge }), longestEdge);
  if (masks.length > 0)
    picture = overlay(
      picture,
      masks.map(({ data, value, order }) => ({
        slice: { width, height, data },
        values: [value],
        colour: PALETTE[order % PALETTE.length],
      })),
    );
  const place = (voxel: Vec3): [number, number] => {
    const [x, y] = pixelAt(slice, voxel);
    return [((x + 0.5) * picture.width) / width - 0.5, ((y + 0.5) * picture.height) / height - 0.5];
  };
  for (const mark of marks) picture = drawMark(picture, mark, place);
  return picture;
}

/** From here on labels can be read beside what they label. */
const LEGIBLE = 512;

/** Small slices are enlarged by a whole factor, as far as the bound allows. */
function legible(picture: Raster, longestEdge: number): Raster {
  const edge = Math.max(picture.width, picture.height);
  const factor = Math.floor(Math.min(Math.ceil(LEGIBLE / edge), longestEdge / edge));
  return factor < 2 ? picture : scaled(picture, picture.width * factor, picture.height * factor);
}

type Place = (voxel: Vec3) => [number, number];

function drawMark(picture: Raster, mark: ScanMark, place: Place): Raster {
  if (mark.kind === 'ruler')
    return drawRuler(picture, place(mark.from), place(mark.to), { label: mark.label });
  if (mark.kind === 'point') {
    const [x, y] = place(mark.at);
    return drawBox(picture, { left: x - 3, top: y - 3, right: x + 3, bottom: y + 3 });
  }
  // Around the outermost voxels, whichever way the image shows their axes.
  const [ax, ay] = place(mark.min);
  const [bx, by] = place(mark.max);
  return drawBox(picture, {
    left: Math.min(ax, bx),
    right: Math.max(ax, bx),
    top: Math.min(ay, by),
    bottom: Math.max(ay, by),
  });
}
