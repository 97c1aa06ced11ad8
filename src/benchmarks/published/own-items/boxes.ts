// Items of your own that ask where something is: what is wanted, and how found boxes are scored.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Random } from '../../../domain/random.ts';
import { encodePng } from '../../../imaging/write-png.ts';
import {
  COCO_THRESHOLDS,
  type MatchedBoxes,
  matchBoxes,
  meanAveragePrecision,
} from '../../../scoring/detection/average-precision.ts';
import type { Box } from '../../../scoring/detection/boxes.ts';
import { matchedIou } from '../../../scoring/detection/matched-iou.ts';
import type { Summary } from '../../../scoring/metric.ts';
import type { Measured, Reply } from '../../published.ts';
import { withoutThinking } from '../../replies.ts';
import { boxesIn } from '../../reply-json.ts';

type Corners = readonly [number, number, number, number];

export const BOXES_HINT =
  'Answer with JSON only: a list of {"box": [x0, y0, x1, y1]} in pixels from the top left corner of the first picture; [] if it is not there.';

/** The reply of a reader that knows the boxes. */
export const boxesReply = (boxes: readonly Corners[]): string =>
  JSON.stringify(boxes.map((box) => ({ box })));

/** One item's boxes beside the right ones. */
export interface FoundBoxes {
  /** Place in the file: equally sure boxes are ranked by it. */
  readonly order: number;
  /** 0…1: overlaps of the best one-to-one matching over the larger number of boxes; 1 where there are none and none are said. */
  readonly iou: number;
  readonly matched: MatchedBoxes;
}

const boxOf = ([x0, y0, x1, y1]: Corners): Box => ({
  min: [Math.min(x0, x1), Math.min(y0, y1)],
  max: [Math.max(x0, x1), Math.max(y0, y1)],
});

/** A reply that names no boxes is unparsed and found nothing. Labels of a reply are not looked at: one thing is asked. */
export function foundBoxes(
  { text, status }: Reply,
  type: string,
  { order, boxes }: { readonly order: number; readonly boxes: readonly Corners[] },
): { readonly outcome: Measured<unknown>['outcome']; readonly found: FoundBoxes } {
  const said = boxesIn(withoutThinking(text));
  const isFailed = status === 'failed' || status === 'refused';
  const isRead = said.ok && !isFailed;
  const prediction = isRead ? said.value.map(boxOf) : [];
  const reference = boxes.map(boxOf);
  return {
    outcome: isFailed ? status : said.ok ? 'scored' : 'unparsed',
    found: {
      order,
      // Nothing read is no statement that nothing is there.
      iou: isRead ? matchedIou(prediction, reference) : 0,
      matched: matchBoxes(
        {
          prediction: prediction.map((box) => ({ box, label: type })),
          reference: reference.map((box) => ({ box, label: type })),
        },
        COCO_THRESHOLDS,
      ),
    },
  };
}

/** Mean over types of the average precision (101-point) at some of COCO's thresholds, all by default; boxes equally sure. */
export function averagePrecision<Item>(
  id: string,
  thresholds: readonly number[] = COCO_THRESHOLDS,
  pick: (item: Item) => FoundBoxes | null,
): Summary<Item> {
  const at = thresholds.map((threshold) => COCO_THRESHOLDS.indexOf(threshold));
  return {
    id,
    summary: `mean average precision of boxes by type (101-point, IoU ${thresholds.length === 1 ? thresholds[0].toFixed(2) : '0.50 to 0.95'}), all equally sure`,
    better: 'higher',
    range: [0, 1],
    of(items) {
      const own = items.flatMap((item) => pick(item) ?? []).sort((a, b) => a.order - b.order);
      return meanAveragePrecision(
        own.map(({ matched }) => ({
          labels: matched.labels.map((one) => ({
            ...one,
            detections: one.detections.map(({ score, hit }) => ({ score, hit: at.map((n) => hit[n]) })),
          })),
        })),
        at.length,
        '101-point',
      );
    },
  };
}

/** A fixture's picture of 64 × 48 with one bright block on dark noise; returns the block's box. */
export async function writeBlock(path: string, rng: Random): Promise<Corners> {
  const [width, height] = [64, 48];
  const data = new Uint8Array(width * height).map(() => 20 + rng.int(40));
  const [w, h] = [8 + rng.int(16), 8 + rng.int(16)];
  const [x, y] = [rng.int(width - w), rng.int(height - h)];
  for (let row = y; row < y + h; row++) data.fill(230, row * width + x, row * width + x + w);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, await encodePng({ width, height, channels: 1, data }));
  return [x, y, x + w, y + h];
}
