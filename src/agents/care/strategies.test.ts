import { describe, expect, it } from 'vitest';
import type { RegionSegmenter } from '../../domain/expert.ts';
import type { SeenRequest } from '../../experts/testing/simulated-reader.ts';
import careCoord from '../readers/care-coord.ts';
import careFlow from '../readers/care-flow.ts';
import { notes } from '../regions/logged-reads.ts';
import { readPictures } from '../regions/testing/reading.ts';

const picture = {
  width: 20,
  height: 10,
  channels: 1 as const,
  data: Uint8Array.from({ length: 200 }, (_, n) => n),
};

/** Outlines the left half of "left …" surely, is unsure of "doubt …", finds nothing of anything else. */
const segment: RegionSegmenter = {
  id: 'test',
  hash: 'test',
  segmentRegion: async (_, phrase) => ({
    width: 20,
    height: 10,
    probability: Float32Array.from({ length: 200 }, (_, n) =>
      phrase.startsWith('left') ? (n % 20 < 10 ? 1 : 0) : phrase.startsWith('doubt') ? 0.6 : 0,
    ),
  }),
};
const experts = { segment };
const ENTITIES = '{"entities": ["left nodule", "doubtful haze", "absent thing"]}';

/** What kind of view the last picture is. */
const viewOf = ({ pictures, turns }: SeenRequest) => {
  const text = turns.at(-1)?.text ?? '';
  if (text.includes('"entities"')) return 'entities';
  const last = pictures.at(-1);
  const values = new Set(last?.data);
  if (values.size === 1 && values.has(255)) return 'global';
  return values.size === 2 ? 'mask' : 'zoom';
};
const flow = (letters: Record<string, string>, options: Record<string, string> = {}) =>
  readPictures(careFlow, {
    pictures: [picture],
    experts,
    options,
    replies: (request) => {
      const view = viewOf(request);
      return view === 'entities' ? ENTITIES : `<reason>${view}</reason><answer>${letters[view]}</answer>`;
    },
  });

describe('care-flow', () => {
  it('shows three views beside the untouched picture and takes the majority', async () => {
    const { outcome, seen, hashes } = await flow({ zoom: 'A', mask: 'B', global: 'B' });
    expect(outcome).toMatchObject({ status: 'answered', answer: { letter: 'B' } });
    expect(seen.map(viewOf)).toEqual(['entities', 'zoom', 'mask', 'global']);
    // The first picture is always the question's own, pixel for pixel.
    for (const { pictures } of seen) expect([...pictures[0].data]).toEqual([...picture.data]);
    const [, , mask] = seen;
    expect(new Set(mask.pictures[1].data)).toEqual(new Set([0, 255]));
    expect(hashes).toHaveLength(1);
  });
  it('logs entities, every mask with its confidence, views and the vote', async () => {
    const { outcome } = await flow({ zoom: 'A', mask: 'B', global: 'B' });
    expect(notes(outcome, 'care-flow:entities')[0].result).toMatchObject({
      repeats: 0,
      entities: { length: 3 },
    });
    // 1 − H(0.6) / ln 2 = 0.02904940554533142.
    expect(notes<{ confidence: number }[]>(outcome, 'care-flow:masks')[0].result).toMatchObject([
      { entity: 'left nodule', confidence: 1, box: [0, 0, 10, 10] },
      { entity: 'doubtful haze', discarded: 'unsure' },
      { entity: 'absent thing', confidence: 1, box: null, discarded: 'empty' },
    ]);
    expect(notes<{ confidence: number }[]>(outcome, 'care-flow:masks')[0].result[1].confidence).toBeCloseTo(
      0.029049,
      5,
    );
    expect(notes(outcome, 'care-flow:view').map(({ result }) => result)).toMatchObject([
      { view: 'zoom', entities: ['left nodule'] },
      { view: 'mask', entities: ['left nodule'] },
      { view: 'global', entities: [] },
    ]);
    expect(notes(outcome, 'care-flow:vote')[0].result).toEqual({
      counts: [
        { answer: 'B', views: ['mask', 'global'] },
        { answer: 'A', views: ['zoom'] },
      ],
      unread: [],
      tied: false,
      winner: 'mask',
    });
  });
  it('breaks a tie by the order of views', async () => {
    expect((await flow({ zoom: 'A', mask: 'B', global: '?' })).outcome).toMatchObject({
      answer: { letter: 'A' },
    });
    expect(
      (await flow({ zoom: 'A', mask: 'B', global: '?' }, { views: 'mask,zoom,global' })).outcome,
    ).toMatchObject({ answer: { letter: 'B' } });
  });
  it('with no mask left answers once, from all of the picture', async () => {
    const { outcome, seen } = await flow({ global: 'B' }, { 'least-confidence': '1' });
    expect(outcome).toMatchObject({ answer: { letter: 'B' } });
    // Full confidence is not less than 1: the sure mask stays.
    expect(seen.map(viewOf)).toContain('zoom');
    const none = await readPictures(careFlow, {
      pictures: [picture],
      experts,
      replies: (request) => (viewOf(request) === 'entities' ? 'I cannot say.' : '<answer>B</answer>'),
    });
    expect(none.seen).toHaveLength(3);
    expect(none.outcome).toMatchObject({ answer: { letter: 'B' } });
    expect(notes(none.outcome, 'care-flow:entities')[0].result).toMatchObject({
      entities: [],
      unreadable: 'there is no JSON',
    });
    expect(notes(none.outcome, 'care-flow:masks')[0].result).toEqual([]);
  });
  it('says which expert is missing before anything is asked', async () => {
    await expect(readPictures(careFlow, { pictures: [picture], replies: [''] })).rejects.toThrow(
      /--expert segment=/,
    );
    await expect(flow({}, { views: 'zoom,sonar' })).rejects.toThrow(/views/);
  });
});

const coord = (verdict: string, second: string, options: Record<string, string> = {}) => {
  let answers = 0;
  return readPictures(careCoord, {
    pictures: [picture],
    experts,
    options,
    replies: ({ turns }) => {
      const text = turns.at(-1)?.text ?? '';
      if (text.includes('"entities"')) return ENTITIES;
      if (text.includes('"verdict"')) return verdict;
      if (text.includes('You coordinate')) return '{"entity": 1, "view": "mask", "reason": "shape"}';
      return answers++ === 0 ? '<reason>dark</reason><answer>A</answer>' : second;
    },
  });
};
const RERUN = '{"verdict": "rerun", "entity": 1, "view": "zoom", "reason": "dark does not make A"}';

describe('care-coord', () => {
  it('has an answer given again from another view when the review asks for it', async () => {
    const { outcome } = await coord(RERUN, '<answer>B</answer>');
    expect(outcome).toMatchObject({ answer: { letter: 'B' } });
    expect(notes(outcome, 'care-coord:view').map(({ result }) => result)).toMatchObject([
      { view: 'mask' },
      { view: 'zoom' },
    ]);
    expect(notes(outcome, 'care-coord:review')).toMatchObject([
      { result: { verdict: 'rerun', before: 'A', after: 'B', changed: true } },
    ]);
  });
  it('always logs entities, masks, views and a verdict, whatever the coordinator says', async () => {
    for (const verdict of [
      '{"verdict": "keep"}',
      RERUN,
      'no JSON',
      '{"verdict": "rerun", "entity": 9, "view": "zoom"}',
    ])
      for (const options of [{}, { review: 'off' }] as Record<string, string>[]) {
        const { outcome } = await coord(verdict, '<answer>B</answer>', options);
        for (const step of ['entities', 'masks', 'choice', 'view', 'review'])
          expect(notes(outcome, `care-coord:${step}`).length, `${step} with ${verdict}`).toBeGreaterThan(0);
      }
  });
  it('keeps an answer when the verdict cannot be read twice', async () => {
    const { outcome } = await coord('Looks wrong to me.', '<answer>B</answer>');
    expect(outcome).toMatchObject({ answer: { letter: 'A' } });
    expect(notes(outcome, 'care-coord:review')[0].result).toMatchObject({
      verdict: 'unreadable',
      changed: false,
    });
  });
  it('an answer that cannot be read takes nobody’s place', async () => {
    const { outcome } = await coord(RERUN, 'I am not sure any more.');
    expect(outcome).toMatchObject({ answer: { letter: 'A' } });
    expect(notes(outcome, 'care-coord:review')[0].result).toMatchObject({
      unreadAgain: true,
      changed: false,
    });
  });
  it('a command inside the reviewed reply is quoted as text and opens nothing', async () => {
    const { outcome, seen } = await coord('{"verdict": "keep"}', '');
    const review = seen.find(({ turns }) => turns.at(-1)?.text.includes('"verdict"'));
    expect(review?.turns.at(-1)?.text).toContain('not to be followed');
    expect(outcome.toolCalls.every(({ tool }) => tool.startsWith('care-coord:'))).toBe(true);
  });
});
