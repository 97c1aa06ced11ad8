// Synthetic chest patients: a grade for every region at every visit, templated reports, and films that show the grades.
import { random } from '../../../domain/random.ts';
import type { Raster } from '../../../domain/volume.ts';
import { CHANGES, type Visit } from './pairs.ts';
import { regionName } from './regions.ts';

/** Six zones as they lie on a film: the patient's right is on its left. */
export const FILM_ZONES = [
  ['right-upper', 'left-upper'],
  ['right-mid', 'left-mid'],
  ['right-lower', 'left-lower'],
] as const;
export const ZONES: readonly string[] = FILM_ZONES.flat();

/** Words of the grades 0 to 6, in order. */
export const GRADE_WORDS = ['no', 'minimal', 'mild', 'moderate', 'marked', 'severe', 'extensive'] as const;

const CELL = 16;
/** Mean grey of a grade's zone, 0…255. */
export const greyOfGrade = (grade: number): number => 25 + grade * 32;

export interface SyntheticVisit extends Visit {
  readonly film: Raster & { readonly data: Uint8Array };
}

export interface SyntheticOptions {
  readonly seed: string;
  readonly patients: number;
  /** Visits of each patient. Default 2. */
  readonly visits?: number;
  /** Zones that a report speaks of. Default all six. */
  readonly zones?: number;
}

/**
 * Patients of a seed. For the last two visits the change of every zone is drawn first, each of the four alike, and the
 * later grade (2 to 5) without regard to it: whoever sees the last film alone is right one time in four.
 */
export function syntheticVisits({
  seed,
  patients,
  visits = 2,
  zones = ZONES.length,
}: SyntheticOptions): SyntheticVisit[] {
  return Array.from({ length: patients }, (_, at) => {
    const rng = random(seed, 'longitudinal', String(at));
    const patient = `synthetic-${at + 1}`;
    const named = rng.shuffle(ZONES).slice(0, zones);
    const series = named.map((zone) => {
      const last = 2 + rng.int(4);
      const change = rng.pick(CHANGES);
      const before = {
        new: () => 0,
        worse: () => 1 + rng.int(last - 1),
        better: () => last + 1 + rng.int(6 - last),
        'the same': () => last,
      }[change]();
      const earlier = Array.from({ length: Math.max(0, visits - 2) }, () => rng.int(7));
      return [zone, [...earlier, before, last]] as const;
    });
    return Array.from({ length: visits }, (_, visit): SyntheticVisit => {
      const grades = Object.fromEntries(series.map(([zone, all]) => [zone, all[visit]]));
      return {
        patient,
        study: `${patient}/${visit}`,
        order: visit,
        report: templatedReport(grades),
        grades,
        pictures: [`${at}-${visit}.png`],
        film: filmOf(grades, `${seed}/${at}/${visit}`),
      };
    });
  }).flat();
}

/** One sentence a zone. */
export function templatedReport(grades: Readonly<Record<string, number>>): string {
  return Object.entries(grades)
    .map(([zone, grade]) =>
      grade === 0
        ? `There is no opacity in the ${regionName(zone)}.`
        : `There is ${GRADE_WORDS[grade]} opacity in the ${regionName(zone)}.`,
    )
    .join(' ');
}

function filmOf(grades: Readonly<Record<string, number>>, seed: string): Raster & { data: Uint8Array } {
  const rng = random(seed, 'film');
  const [width, height] = [2 * CELL, 3 * CELL];
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const zone = FILM_ZONES[Math.floor(y / CELL)][Math.floor(x / CELL)];
      data[y * width + x] = Math.round(greyOfGrade(grades[zone] ?? 0) + rng.uniform(-12, 12));
    }
  return { width, height, channels: 1, data };
}

/** Bounds of a zone on a film of any size: x0, y0, x1, y1 in pixels. Undefined for what is no zone. */
export function zoneOn(
  { width, height }: Pick<Raster, 'width' | 'height'>,
  zone: string,
): readonly [number, number, number, number] | undefined {
  for (const [row, zones] of FILM_ZONES.entries()) {
    const column = (zones as readonly string[]).indexOf(zone);
    if (column >= 0)
      return [
        (column * width) / 2,
        (row * height) / 3,
        ((column + 1) * width) / 2,
        ((row + 1) * height) / 3,
      ].map(Math.round) as [number, number, number, number];
  }
  return undefined;
}
