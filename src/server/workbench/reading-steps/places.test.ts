// Places of steps on phantoms: what the viewer is told lies in the structure that the step speaks of.
import { describe, expect, it } from 'vitest';
import { voxelToWorld } from '../../../domain/geometry.ts';
import type { MeasurementSet } from '../../../domain/measurement.ts';
import type { ToolCall } from '../../../domain/read.ts';
import type { Annotation } from '../../../domain/volume.ts';
import { criteriaSet } from '../../../knowledge/criteria.ts';
import { measureCase } from '../../../measure/measure.ts';
import { type Phantom, phantomCohort } from '../../../phantoms/cohort.ts';
import { allTypes, askCase, type Candidate, lookedFor } from '../../../questions/ask.ts';
import { scanFactsOf } from '../pixels/facts.ts';
import { viewOf } from '../shapes/place.ts';
import type { ScanFacts } from '../shapes/scan.ts';
import { goldPlaces } from './gold-places.ts';
import { readerPlaces } from './reader-places.ts';
import { shownPictures } from './seen-pictures.ts';

interface Opened {
  readonly phantom: Phantom;
  readonly annotation: Annotation;
  readonly set: MeasurementSet;
  readonly facts: ScanFacts;
  readonly candidates: readonly Candidate[];
}

function opened(phantom: Phantom, rules: 'strict' | 'radgpt' = 'strict'): Opened {
  const { volume, annotation } = phantom.render();
  const set = lookedFor(measureCase(annotation, volume, { rules }), annotation.annotated);
  const criteria = criteriaSet('published');
  const { candidates } = askCase(set, { phase: phantom.truth.phase, modality: 'CT' }, { rules, criteria });
  const structures = annotation.layers.flatMap(({ labels }, layer) =>
    labels.map(({ structure, name, value }) => ({
      ...{ structure, name, kind: 'organ' as const, layer, value, voxels: 1 },
    })),
  );
  const facts = { ...scanFactsOf('v', annotation.grid, undefined, undefined), structures };
  return { phantom, annotation, set, facts, candidates };
}

/** Whether a voxel (fractions rounded) belongs to one of the structures, or to a neighbour within one voxel. */
function inMask(
  { grid, layers }: Annotation,
  names: ReadonlySet<string>,
  at: readonly number[],
  slack = 0,
): boolean {
  const [i, j, k] = at.map(Math.round);
  for (let dk = -slack; dk <= slack; dk++)
    for (let dj = -slack; dj <= slack; dj++)
      for (let di = -slack; di <= slack; di++) {
        const p = ((k + dk) * grid.shape[1] + j + dj) * grid.shape[0] + i + di;
        for (const { data, labels } of layers)
          if (labels.some(({ value, structure }) => value === data[p] && names.has(structure))) return true;
      }
  return false;
}

/** Whether a slice of the axial plane meets one of the structures. */
function meets({ annotation, facts }: Opened, names: readonly string[], index: number): boolean {
  const { axis } = facts.planes.axial;
  const { shape } = annotation.grid;
  const stride = [1, shape[0], shape[0] * shape[1]][axis];
  const wanted = annotation.layers.map(
    ({ labels }) =>
      new Set(labels.flatMap(({ value, structure }) => (names.includes(structure) ? [value] : []))),
  );
  return annotation.layers.some(({ data }, layer) => {
    for (let p = 0; p < data.length; p++)
      if (Math.floor(p / stride) % shape[axis] === index && wanted[layer].has(data[p])) return true;
    return false;
  });
}

const cohort = phantomCohort({ seed: 2026 });

describe.each([
  ['strict', 'RAS'],
  ['strict', 'LIP'],
  ['radgpt', 'RAS'],
] as const)('gold steps under %s rules on scans stored %s', (rules, axes) => {
  const cases = phantomCohort({ seed: 2026, axes, shape: [96, 96, 64] }).map((phantom) =>
    opened(phantom, rules),
  );
  const asked = cases.flatMap((one) => one.candidates.map((candidate) => ({ one, candidate })));

  it('every question type is looked at', () => {
    const types = new Set(asked.map(({ candidate }) => candidate.type));
    // Under radgpt rules some types cannot be asked of these phantoms.
    expect(types.size).toBeGreaterThan(rules === 'strict' ? allTypes().length - 1 : 30);
  });

  it('stand on a slice that meets what they speak of, and their rulers end in it', () => {
    const seen = { slices: 0, rulers: 0, boxes: 0 };
    const met = new Map<string, boolean>();
    for (const { one, candidate } of asked) {
      const { set, annotation, facts } = one;
      const places = goldPlaces(candidate.evidence, { set, modality: 'CT' });
      for (const [at, step] of candidate.evidence.entries()) {
        const what = `${one.phantom.id} ${candidate.type} ${JSON.stringify(step.arguments)}`;
        const place = places[at];
        expect(place, what).not.toBeNull();
        if (place === null || (step.primitive !== 'measure' && step.primitive !== 'segment')) continue;
        const { focus } = viewOf(place, facts);
        const names = focus.structures ?? [];
        if (step.value === null || step.value === 0) continue;
        expect(names.length, what).toBeGreaterThan(0);
        const key = `${one.phantom.id} ${focus.index} ${names.join()}`;
        if (!met.has(key)) met.set(key, meets(one, names, focus.index));
        expect(met.get(key), `${what} slice ${focus.index}`).toBe(true);
        seen.slices++;
        for (const mark of focus.marks) {
          if (mark.kind === 'box') {
            expect(focus.index, what).toBeGreaterThanOrEqual(mark.min[facts.planes.axial.axis]);
            expect(focus.index, what).toBeLessThanOrEqual(mark.max[facts.planes.axial.axis]);
            seen.boxes++;
          }
          if (mark.kind !== 'ruler') continue;
          seen.rulers++;
          // Contours of the radgpt rules run along the edges of voxels of 1 mm.
          const slack = rules === 'radgpt' ? 1 : 0;
          for (const end of [mark.from, mark.to])
            expect(inMask(annotation, new Set(names), end, slack), what).toBe(true);
          const [a, b] = [mark.from, mark.to].map((end) => voxelToWorld(facts.affine, end));
          expect(Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]), what).toBeCloseTo(
            Number.parseFloat(mark.label),
            rules === 'radgpt' ? -1 : 0.5,
          );
        }
      }
    }
    expect(seen.slices).toBeGreaterThan(500);
    expect(seen.rulers).toBeGreaterThan(20);
    expect(seen.boxes).toBeGreaterThan(200);
  });
});

describe('the slice of a largest lesion', () => {
  it('is the one through the widest section of its shape', () => {
    let checked = 0;
    for (const phantom of cohort) {
      const { set, facts } = opened(phantom);
      for (const organ of ['liver', 'pancreas', 'colon']) {
        const [largest, next] = phantom.truth.lesions.filter((lesion) => lesion.organ === organ);
        if (largest === undefined || (next !== undefined && next.volumeCm3 > 0.9 * largest.volumeCm3))
          continue;
        const step = {
          primitive: 'measure' as const,
          tool: 'measure',
          arguments: { target: `${organ}_lesion`, measurement_type: 'largest_lesion_diameter_cm' },
          value: largest.longestAxialDiameterMm / 10,
          statement: '',
        };
        const [place] = goldPlaces([step], { set, modality: 'CT' });
        if (place === null) throw new Error('a lesion has a place');
        expect(Math.abs(viewOf(place, facts).focus.index - largest.sliceFromFeet)).toBeLessThanOrEqual(1);
        checked++;
      }
    }
    expect(checked).toBeGreaterThan(8);
  });
});

const call = (tool: string, given: unknown, result: unknown = {}): ToolCall => ({
  step: 1,
  tool,
  arguments: given,
  result,
  milliseconds: 1,
});

describe('the reader’s own calls', () => {
  const one = opened(cohort[0]);
  const facts = { set: one.set, modality: 'CT' };
  const places = (...calls: ToolCall[]) => readerPlaces(calls, [], facts);
  const box = { from: [3, 4, 5], to: [7, 9, 12] };

  it('a rendered slice is where it was rendered, with its window and its part', () => {
    const result = {
      ...{
        image: 'a'.repeat(64),
        plane: 'coronal',
        index: 30,
        window: { level: 40, width: 350, unit: 'HU' },
      },
      ...{ box: [10, 20, 60, 50], pixels_per_slice_pixel: [4, 4] },
    };
    const [place] = places(
      call('render_slice', { plane: 'coronal', index: 30, box: [10, 20, 60, 50] }, result),
    );
    expect(place).toMatchObject({ plane: 'coronal', index: 30, window: { level: 40, width: 350 } });
    if (place === null) return;
    const [mark] = viewOf(place, one.facts).reader;
    // The patient's right is on the left of the picture: columns run from the last voxel down in RAS.
    expect(mark).toMatchObject({
      kind: 'box',
      min: [96 - 60, 30, one.facts.shape[2] - 50],
      max: [96 - 10 - 1, 30, one.facts.shape[2] - 20 - 1],
    });
  });

  it('marks on a zoomed part of a rendered slice come back to the slice', () => {
    const [slice, zoomed] = ['b'.repeat(64), 'c'.repeat(64)];
    const found = places(
      call(
        'render_slice',
        { index: 20 },
        { image: slice, plane: 'axial', index: 20, box: [0, 0, 96, 96], pixels_per_slice_pixel: [4, 4] },
      ),
      call(
        'zoom_picture',
        { image: 1, box: [80, 40, 160, 120] },
        { image: zoomed, of: slice, box: [80, 40, 160, 120], pixels_per_pixel: [2, 2] },
      ),
      call('mark_region', {
        image: zoomed.slice(0, 12),
        marks: [
          {
            kind: 'ruler',
            points: [
              [0, 0],
              [80, 160],
            ],
          },
        ],
      }),
    );
    expect(found.map((place) => place?.index)).toEqual([20, 20, 20]);
    // 80, 40 of the picture is 20, 10 of the slice; 80, 160 of the zoom is 10, 20 further.
    expect(found[2]?.marks[0]).toMatchObject({
      kind: 'ruler',
      frame: 'pixel',
      points: [
        [20, 10],
        [30, 30],
      ],
    });
  });

  it('a box in the scan is stood in its middle', () => {
    expect(places(call('hu_statistics', { box }))[0]).toMatchObject({ plane: 'axial', index: 8 });
  });

  it('a segmentation is stood on with the box that the reader was told', () => {
    const told = { mask_found: true, bounding_box: { min: [1, 2, 60], max: [9, 9, 62] } };
    const [place, measured] = places(
      call('segment_organ', { target: 'Liver' }, told),
      call('measure', { target: 'liver', measurement_type: 'volume_cm3' }, { value: 1 }),
    );
    // The liver does not reach there: the reader's mask is looked at.
    expect(place?.index).toBe(61);
    expect(place?.marks.map(({ by }) => by)).toEqual(['gold', 'reader']);
    expect(measured?.index).toBe(61);
  });

  it('what was measured on the reader’s own masks is drawn as the reader’s', () => {
    const own = opened(cohort[1]);
    const asked = call('measure', { target: 'liver', measurement_type: 'volume_cm3' });
    const [place] = readerPlaces([asked], [], facts, { set: own.set, modality: 'CT' });
    const bounds = own.set.regions.find(({ structure }) => structure === 'liver')?.bounds;
    expect(place?.marks.find(({ by }) => by === 'reader')?.points).toEqual([bounds?.min, bounds?.max]);
  });

  it('what was found on the annotated masks is drawn once', () => {
    const bounds = one.set.regions.find(({ structure }) => structure === 'liver')?.bounds;
    const [place] = places(
      call('segment_organ', { target: 'liver' }, { mask_found: true, bounding_box: bounds }),
    );
    expect(place?.marks.map(({ by }) => by)).toEqual(['gold']);
  });

  it('the slices that were shown are those of their captions, and pictures of tools are not among them', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((digit) => digit.repeat(64));
    const captions = [
      'axial slice 31 of 64 from the feet, level 50 width 400',
      'axial slice 35 of 64 from the feet',
    ];
    const question = {
      role: 'user' as const,
      text: [...captions, 'Is there a lesion?'].join('\n'),
      images: [a, b],
    };
    const made = { role: 'user' as const, text: '', images: [c] };
    const shown = shownPictures(
      [{ role: 'system', text: '' }, question, { role: 'assistant', text: '' }, made],
      one.set,
    );
    expect(shown.map(({ hash, slice }) => [hash, slice?.plane, slice?.index])).toEqual([
      [a, 'axial', 30],
      [b, 'axial', 34],
    ]);
    expect(
      shownPictures([{ role: 'user', text: '' }, { role: 'assistant', text: '' }, made], one.set),
    ).toEqual([]);
  });

  it('nonsense has no place and breaks nothing', () => {
    const nonsense = [
      null,
      'x',
      7,
      [],
      { target: 9 },
      { target: 'x'.repeat(1e4) },
      { slice: { plane: 'up', index: -1 } },
    ];
    const more = [
      { box: { from: [1], to: 'x' } },
      { plane: 'axial', index: 1e9 },
      { image: '../../x', box: [0, 0, 1, 1] },
    ];
    for (const given of [...nonsense, ...more])
      expect(places(call('render_slice', given, given))).toEqual([null]);
  });
});
