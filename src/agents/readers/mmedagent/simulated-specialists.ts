// Simulated specialists: each sees the class in the picture it was sent and mistakes it by a known confusion matrix.

import type { Random } from '../../../domain/random.ts';
import type { Raster } from '../../../domain/volume.ts';
import { greyAt, type SeenRequest } from '../../../experts/testing/simulated-reader.ts';

/** Rows: the true class; columns: how likely each class is said. */
export type Confusion = readonly (readonly number[])[];

export const CLASSES = ['north-west', 'north-east', 'south-west', 'south-east'] as const;
const SIDE = 16;

/** Right in 85 of 100, but three in four of the last class are each taken for another class of the specialist's own. */
export const BIASED: readonly Confusion[] = [0, 1, 2].map((own) => [
  ...[0, 1, 2].map((truth) => CLASSES.map((_, said) => (said === truth ? 0.85 : 0.05))),
  CLASSES.map((_, said) => (said === own ? 0.75 : said === 3 ? 0.25 : 0)),
]);

/** Right in 70 of 100 and wrong evenly, all alike: then nothing beats the majority. */
export const ALIKE: readonly Confusion[] = [0, 1, 2].map(() =>
  CLASSES.map((_, truth) => CLASSES.map((__, said) => (said === truth ? 0.7 : 0.1))),
);

export function mistaken(confusion: Confusion, truth: number, rng: Pick<Random, 'next'>): number {
  let left = rng.next();
  for (let said = 0; said < CLASSES.length; said++) {
    left -= confusion[truth][said];
    if (left < 0) return said;
  }
  return truth;
}

/** A picture whose brightest quadrant is the class. */
export function picture(truth: number, rng: Random): Raster & { data: Uint8Array } {
  const data = new Uint8Array(SIDE * SIDE);
  for (let y = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE; x++) {
      const quadrant = (y >= SIDE / 2 ? 2 : 0) + (x >= SIDE / 2 ? 1 : 0);
      data[y * SIDE + x] = (quadrant === truth ? 180 : 60) + rng.int(20);
    }
  return { width: SIDE, height: SIDE, channels: 1, data };
}

function seen(shown: Raster): number {
  const sums = [0, 0, 0, 0];
  for (let y = 0; y < shown.height; y++)
    for (let x = 0; x < shown.width; x++)
      sums[(y >= shown.height / 2 ? 2 : 0) + (x >= shown.width / 2 ? 1 : 0)] += greyAt(shown, x, y);
  return sums.indexOf(Math.max(...sums));
}

/** Which of spec1, spec2, spec3 is asked, counted from 0; undefined for any other model or without a picture. */
export function specialistOf({ body, pictures }: SeenRequest): number | undefined {
  const number = Number(/spec([123])$/.exec(String(body.model))?.[1] ?? 0);
  return number === 0 || pictures.length === 0 ? undefined : number - 1;
}

/** The text of the option whose letter a reply is. */
export function optionSaid({ asked }: SeenRequest, reply: string): string | undefined {
  return [...asked.matchAll(/^([A-Z])\. (.*)$/gm)].find(([, letter]) => letter === reply)?.[2];
}

/** Specialists err by their matrices; any other model does triage. */
export function simulatedSpecialists(confusions: readonly Confusion[]) {
  return (request: SeenRequest, rng: Random): string => {
    const specialist = specialistOf(request);
    if (specialist === undefined) return 'radiologist';
    const said = CLASSES[mistaken(confusions[specialist], seen(request.pictures[0]), rng)];
    const options = [...request.asked.matchAll(/^([A-Z])\. (.*)$/gm)];
    return options.find(([, , text]) => text === said)?.[1] ?? 'none';
  };
}
