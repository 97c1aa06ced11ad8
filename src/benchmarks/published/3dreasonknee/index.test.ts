import { describe, expect, it } from 'vitest';
import { boxIou } from '../../../scoring/detection/boxes.ts';
import { publishedContract } from '../../published.contract.ts';
import threeDReasonKnee from './index.ts';
import { KNEE_QUESTIONS, outOfRange } from './questions.ts';
import { boxOf, evenly, gradesOf, kneeWindow, replyObject, shownSlices, volumeBox } from './reading.ts';
import { sliceDim } from './records.ts';

publishedContract(threeDReasonKnee, { items: 10 });

describe('the 69 questions', () => {
  it('are the release’s blocks: 15 marrow, 14 cartilage, 12 osteophytes, 2 synovitis, 4 extrusions, 6 morphologies …', () => {
    expect(KNEE_QUESTIONS).toHaveLength(69);
    const region = (id: number) => KNEE_QUESTIONS[id - 1].region;
    expect([1, 3, 8, 9, 15].map(region)).toEqual([
      'patella medial BML',
      'femur medial trochlea BML',
      'femur lateral posterior BML',
      'tibia medial anterior BML',
      'tibia subspinous BML',
    ]);
    expect([16, 29, 30, 34, 41].map(region)).toEqual([
      'patella medial cartilage lesion',
      'tibia lateral posterior cartilage lesion',
      'patella superior osteophyte',
      'femur medial anterior osteophyte',
      'tibia lateral osteophyte',
    ]);
    expect([42, 43, 44, 47, 48, 53, 54, 60, 69].map(region)).toEqual([
      'Hoffa-Synovitis',
      'effusion-synovitis',
      'medial meniscus anterior extrusion',
      'lateral meniscus lateral extrusion',
      'medial meniscus anterior morphology',
      'lateral meniscus posterior morphology',
      'medial_meniscal_cyst',
      'ACL',
      'loose_bodies_presence',
    ]);
  });

  it('have grades 0–3, morphology 0–8, presence 0–1, and no others', () => {
    const highest = (from: number, to: number) =>
      new Set(KNEE_QUESTIONS.slice(from - 1, to).flatMap(({ components }) => Object.values(components)));
    expect([...highest(1, 47)]).toEqual([3]);
    expect([...highest(48, 53)]).toEqual([8]);
    expect([...highest(54, 55)]).toEqual([1, 3]);
    expect([...highest(56, 69)]).toEqual([1]);
    for (const { components } of KNEE_QUESTIONS)
      for (const [name, most] of Object.entries(components)) {
        const all = { ...components };
        expect(outOfRange(all, components)).toBeUndefined();
        expect(outOfRange({ ...all, [name]: most + 1 }, components)).toBe(name);
        expect(outOfRange({ ...all, [name]: -1 }, components)).toBe(name);
        expect(outOfRange({ ...all, [name]: 0.5 }, components)).toBe(name);
      }
  });
});

describe('replies', () => {
  const size = { 'Size of lesion': 3, 'Depth of lesion': 3 };
  it('hold grades under either key, as objects or numbers', () => {
    expect(gradesOf({ MOAKS_scores: { a: { 'size of Lesion': 2, 'Depth of lesion': '1' } } }, size)).toEqual({
      ok: true,
      value: { 'Size of lesion': 2, 'Depth of lesion': 1 },
    });
    expect(gradesOf({ MOAKS_grade: { 'medial meniscus medial extrusion': 3 } }, { grade: 3 })).toEqual({
      ok: true,
      value: { grade: 3 },
    });
    expect(gradesOf({ MOAKS_grade: 2 }, { grade: 3 })).toEqual({ ok: true, value: { grade: 2 } });
    expect(gradesOf({ 'patella lateral osteophyte': { grade: 1 } }, { grade: 3 })).toEqual({
      ok: true,
      value: { grade: 1 },
    });
    expect(gradesOf({ MOAKS_grade: 2 }, size).ok).toBe(false);
    expect(gradesOf({ MOAKS_scores: {} }, size).ok).toBe(false);
    expect(gradesOf([1], size).ok).toBe(false);
  });

  it('are JSON between the outer braces as published, and the last object in strict', () => {
    const two = 'first {"MOAKS_grade": 1} then {"MOAKS_grade": 2}';
    expect(replyObject(two, false).ok).toBe(false);
    expect(replyObject(two, true)).toEqual({ ok: true, value: { MOAKS_grade: 2 } });
  });

  it('hold boxes as six numbers, inclusive: two known boxes overlap by a third', () => {
    expect(boxOf({ bounding_box: [1, 2, 3, 4, 5, 6] })).toEqual({ ok: true, value: [1, 2, 3, 4, 5, 6] });
    expect(boxOf({ start_slice: 1, end_slice: 2, x_min: 3, x_max: 4, y_min: 5, y_max: 6 }).ok).toBe(true);
    expect(boxOf({ bbox: [1, 2, 3] }).ok).toBe(false);
    // 10 × 10 × 10 voxels each, moved by 5 slices: 500 of 1,500.
    expect(boxIou(volumeBox([0, 9, 0, 9, 0, 9]), volumeBox([5, 14, 0, 9, 0, 9]))).toBeCloseTo(1 / 3, 12);
  });
});

describe('what is shown', () => {
  it('32 slices from 32 to 128, as numpy’s linspace cuts them', () => {
    const slices = shownSlices(160);
    // numpy.linspace(32, 128, 32, dtype=int)
    expect(slices).toEqual([
      32, 35, 38, 41, 44, 47, 50, 53, 56, 59, 62, 66, 69, 72, 75, 78, 81, 84, 87, 90, 93, 97, 100, 103, 106,
      109, 112, 115, 118, 121, 124, 128,
    ]);
    expect(shownSlices(5)).toEqual([0, 1, 2, 3, 4]);
    expect(evenly(0, 10, 3)).toEqual([0, 5, 10]);
  });

  it('values from 0 to 400, stretched over what is left', () => {
    expect([...kneeWindow([-50, 0, 200, 400, 900])]).toEqual([0, 0, 127, 255, 255]);
    expect([...kneeWindow([100, 150, 200])]).toEqual([0, 127, 255]);
    expect([...kneeWindow([7, 7])]).toEqual([0, 0]);
  });

  it('along the axis of 160 of a knee, else along the shortest', () => {
    expect(sliceDim([160, 384, 384])).toBe(0);
    expect(sliceDim([384, 384, 160])).toBe(2);
    expect(sliceDim([512, 512, 40])).toBe(2);
  });
});
