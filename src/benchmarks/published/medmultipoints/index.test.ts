import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openData } from '../../../records/data-root.ts';
import { parquetBytes } from '../../fixture-parquet.ts';
import { publishedContract } from '../../published.contract.ts';
import type { PublishedRecord } from '../../published.ts';
import medmultipoints from './index.ts';
import { carefulReading, releasedReading } from './reading.ts';
import { truthOf } from './records.ts';
import { itemOf, metrics } from './scores.ts';
import { type Reference, TASKS } from './tasks.ts';

publishedContract(medmultipoints, {
  items: 20,
  secrets: ({ reference }) => [JSON.stringify(reference.points[0]), JSON.stringify(reference.boxes[0])],
});

const fenced = (value: unknown) => `\`\`\`json\n${JSON.stringify(value)}\n\`\`\``;
const truth: Reference = {
  order: 1,
  task: 'pointing',
  label: 'polyp',
  count: 2,
  points: [
    [10, 10],
    [200, 100],
  ],
  boxes: [],
};
const score = (id: string, protocol: 'published' | 'strict', reference: Reference, text: string) => {
  const { item } = medmultipoints.measure(
    { reference } as PublishedRecord<Reference>,
    { text, status: 'answered' },
    {
      protocol,
      mode: 'json',
    },
  ) as { item: ReturnType<typeof itemOf> };
  return metrics(protocol)
    .find((metric) => metric.id === id)
    ?.of([item]);
};

describe('MedMultiPoints', () => {
  it('the released point error does not see a missed point; the matched F1 charges it', () => {
    const one = fenced([{ point_2d: [13, 14], label: 'polyp' }]);
    expect(score('pointing-point-mae', 'published', truth, one)).toBe(5);
    expect(score('pointing-point-10px', 'published', truth, one)).toBe(1);
    expect(score('point-f1-10px', 'strict', truth, one)).toBeCloseTo(2 / 3, 12);
  });

  it('an unreadable reply is left out of the released point errors and is worth 0 in strict', () => {
    expect(score('pointing-point-mae', 'published', truth, 'I see two polyps.')).toBeNull();
    expect(score('pointing-zero-cases', 'published', truth, 'I see two polyps.')).toBe(1);
    expect(score('point-f1-10px', 'strict', truth, 'I see two polyps.')).toBe(0);
  });

  it('an unread count is 0 as released, and never pays in strict', () => {
    const none: Reference = { ...truth, task: 'counting', count: 0 };
    expect(score('counting-mae', 'published', none, 'none of them')).toBe(0);
    expect(score('count-mae', 'strict', none, 'none of them')).toBe(1);
    expect(score('count-exact', 'strict', none, fenced({ counts: 0 }))).toBe(1);
  });

  it('reads replies as the released evaluator does', () => {
    const counted = (text: string) => releasedReading('counting', text).count;
    expect(counted(fenced({ total_count: 4, label: 'x' }))).toBe(4);
    expect(counted(fenced({ counts: 'four' }))).toBeNull();
    expect(counted(fenced([{ point_2d: [1, 2] }, { point_2d: [3, 4] }]))).toBe(2);
    expect(counted(fenced([{ counts: 7 }]))).toBe(7);
    expect(counted('{"counts": 7}')).toBeNull();
    expect(releasedReading('pointing', '```JSON\n{"point_2d": [1, 2]}\n```').points).toEqual([[1, 2]]);
    expect(
      releasedReading('count-and-point', fenced({ counts: 2, point_2d: [[1, 2], 'polyp'] })).points,
    ).toEqual([]);
    expect(releasedReading('count-and-box', fenced({ counts: 1, bbox_2d: null }))).toMatchObject({
      count: 1,
      boxes: [],
    });
    expect(
      releasedReading('bounding', fenced([{ bbox_2d: [1, 2, 3, 4] }, { bbox_2d: [1, 2] }])).boxes,
    ).toEqual([[1, 2, 3, 4]]);
  });

  it('reads more in strict: no fence, thoughts before the answer, corners in any order', () => {
    const said = carefulReading(
      'count-and-box',
      '<think>[[9,9,9,9]]</think>{"counts": 1, "bbox_2d": [[30, 40, 10, 20]]}',
    );
    expect(said).toEqual({ ok: true, value: { count: 1, points: [], boxes: [[10, 20, 30, 40]] } });
    expect(carefulReading('counting', 'There are 3.').ok).toBe(false);
    expect(
      carefulReading('counting', '[{"bbox_2d": [1, 2, 3, 4]}, {"bbox_2d": [5, 6, 7, 8]}]'),
    ).toMatchObject({
      value: { count: 2 },
    });
  });

  it('ranks equally sure boxes in the order of the release, however they come', () => {
    const asked: Reference = { ...truth, task: 'bounding', count: 1, points: [], boxes: [[0, 0, 10, 10]] };
    const box = (x: number) => ({ count: null, points: [], boxes: [[x, 0, x + 10, 10] as const] });
    const right = itemOf({ ...asked, order: 1 }, box(0), true, 'published');
    const wrong = itemOf({ ...asked, order: 2 }, box(50), true, 'published');
    const map50 = metrics('published').find(({ id }) => id === 'bounding-map50');
    // One of two found, and found first: precision 1 up to recall 1/2, 51 of 101 levels.
    expect(map50?.of([wrong, right])).toBeCloseTo(51 / 101, 12);
  });

  it('finds the task of released outputs in the form of their truth', () => {
    const kinds = [
      [{ point_2d: [1, 2], label: 'a' }],
      [{ bbox_2d: [1, 2, 3, 4], label: 'a' }],
      { counts: 1, label: 'a' },
      { counts: 1, point_2d: [[1, 2]], label: 'a' },
      { counts: 1, bbox_2d: [[1, 2, 3, 4]], label: 'a' },
    ];
    expect(kinds.map((kind) => truthOf(fenced(kind), '')?.task)).toEqual([...TASKS]);
    expect(truthOf(fenced([]), 'as [{"bbox_2d": …}]')?.task).toBe('bounding');
    expect(truthOf(fenced({ count: 5, label: 'a' }), '')).toMatchObject({ count: 5, releasedCount: 0 });
    expect(truthOf('no JSON', '')).toBeUndefined();
  });
});

describe('MedMultiPoints, other forms of the release', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'medmultipoints-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  const asked = { role: 'user', content: '<image> Where are they? [{"point_2d": [x,y]}]', task: 'pointing' };
  const labels = fenced([{ point_2d: [10, 10], label: 'polyp' }]);
  const images = [{ bytes: null, path: 'MedMultiPoints-images/a.png' }];

  it('reads instruction lines with their own words, splits by file name', async () => {
    const line = { messages: [asked, { role: 'assistant', content: labels }], images: ['a.png'] };
    await writeFile(join(folder, 'multi-task-test.jsonl'), `${JSON.stringify(line)}\n`);
    await writeFile(join(folder, 'multi-task-train.jsonl'), `${JSON.stringify(line)}\n`);
    const found: PublishedRecord<Reference>[] = [];
    for await (const record of medmultipoints.records(await openData(folder), { mode: 'json', seed: '0' }))
      found.push(record);
    expect(found.map(({ item }) => [item.split, item.type, item.text])).toEqual([
      ['train', 'pointing', 'Where are they? [{"point_2d": [x,y]}]'],
      ['test', 'pointing', 'Where are they? [{"point_2d": [x,y]}]'],
    ]);
  });

  it('reads rows out of Parquet, with the picture inside, whichever its column is called', async () => {
    const own = await mkdtemp(join(tmpdir(), 'medmultipoints-parquet-'));
    const picture = new Uint8Array([137, 80, 78, 71]);
    const row = (column: string, sha: string) => ({
      [column]: { bytes: picture, path: 'a.png' },
      image_sha256: sha,
      img_size: [640, 480],
      points: [
        [1.5, 2],
        [3, 4],
      ],
      bbox: [[0, 0, 5, 6]],
      count: 2,
      label: 'cluster',
      organ: 'sperm',
    });
    await mkdir(join(own, 'data'));
    await writeFile(join(own, 'data', 'train-0.parquet'), await parquetBytes([row('image', 'aa')]));
    await writeFile(join(own, 'data', 'train-1.parquet'), await parquetBytes([row('image_data', 'bb')]));
    const found: PublishedRecord<Reference>[] = [];
    for await (const record of medmultipoints.records(await openData(own), { mode: 'json', seed: '0' }))
      found.push(record);
    await rm(own, { recursive: true });
    expect(found).toHaveLength(10);
    expect(new Set(found.map(({ item }) => item.id)).size).toBe(10);
    expect(found[0].reference).toMatchObject({
      count: 2,
      points: [
        [1.5, 2],
        [3, 4],
      ],
      boxes: [[0, 0, 5, 6]],
    });
    expect(found[0].item.prompt[1]).toMatchObject({ type: 'text' });
    const [part] = found[9].item.prompt;
    expect(part.type === 'image' ? await part.image.load() : undefined).toEqual(picture);
  });

  it('scores outputs that carry their truth, one file at a time', async () => {
    const path = join(folder, 'outputs.jsonl');
    const reply = {
      response: fenced([{ point_2d: [10, 13], label: 'polyp' }]),
      labels,
      messages: [asked],
      images,
    };
    await writeFile(path, `${JSON.stringify(reply)}\n`);
    const options = { mode: 'json', seed: '0' };
    for await (const { record, reply: said } of medmultipoints.outputs?.(await openData(path), options) ?? [])
      expect(score('pointing-point-mae', 'published', record.reference, said.text)).toBe(3);
    const several = medmultipoints.outputs?.(await openData(folder), options);
    await expect(several?.[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'bad-argument' });
  });
});
