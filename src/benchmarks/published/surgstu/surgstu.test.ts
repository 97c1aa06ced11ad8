// SurgSTU: the common contract, continuity of tracks, thirty kinds of question, and how answers are scored.
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckContext } from '../../../domain/method.ts';
import { silent } from '../../../domain/progress.ts';
import { openData, openFile } from '../../../records/data-root.ts';
import { checkSurgstu, scoreOf } from '../../builders/surgstu/check.ts';
import builder, { posedAbout } from '../../builders/surgstu/index.ts';
import { publishedContract } from '../../published.contract.ts';
import { centreScore, pathScore, scoreForm, timeScore } from '../../surgstu/answers.ts';
import { clipsOf, frameTimes } from '../../surgstu/clips.ts';
import { actionRuns, secondsOf, stretches } from '../../surgstu/continuity.ts';
import { readEvents, type SurgicalEvent, withInstances } from '../../surgstu/events.ts';
import { syntheticVideo, VOCABULARY } from '../../surgstu/synthetic.ts';
import { TEMPLATES } from '../../surgstu/templates.ts';
import surgstu from './index.ts';

publishedContract(surgstu, { items: 60 });

const at = (t: number, x: number, more: Partial<SurgicalEvent> = {}): SurgicalEvent => ({
  t,
  class: 'hook',
  instance: 0,
  x1: x - 0.05,
  x2: x + 0.05,
  y1: 0.45,
  y2: 0.55,
  ...more,
});

describe('tracks', () => {
  it('break at a leap of more than 0.6 diagonals a second and at a gap of more than 0.7 s', () => {
    expect(stretches([at(0, 0.1), at(0.5, 0.2), at(1, 0.3)])).toHaveLength(1);
    // 0.6 diagonals in 0.5 s are 0.42 of the width: 0.45 is too far.
    expect(stretches([at(0, 0.1), at(0.5, 0.55)])).toHaveLength(2);
    expect(stretches([at(0, 0.1), at(0.7, 0.1)])).toHaveLength(1);
    expect(stretches([at(0, 0.1), at(0.8, 0.1)])).toHaveLength(2);
  });

  it('last as long as their samples say', () => {
    const events = [0, 0.5, 1, 1.5].map((t) => at(t, 0.1, t < 1 ? { verb: 'cut', target: 'liver' } : {}));
    expect(actionRuns(events).map(({ verb, start, end }) => [verb, start, end])).toEqual([
      ['cut', 0, 1],
      [undefined, 1, 2],
    ]);
    expect(secondsOf(events, ({ target }) => target === 'liver')).toBe(1);
  });

  it('keep their instance by the nearest centroid', () => {
    const rows = [
      { t: 0, x: 0.2 },
      { t: 0, x: 0.8 },
      { t: 1, x: 0.75 },
      { t: 1, x: 0.25 },
    ].map(({ t, x }) => ({
      video: 'v',
      ...at(t, x),
      instance: undefined,
      verb: undefined,
      target: undefined,
    }));
    expect(withInstances(rows).map(({ instance }) => instance)).toEqual([0, 1, 1, 0]);
  });
});

describe('questions', () => {
  const records = [0, 1, 2, 3, 4, 5].flatMap((nth) =>
    clipsOf(syntheticVideo('1', nth), 24).flatMap((clip) =>
      posedAbout(clip, VOCABULARY, { seed: '1', most: 3 }),
    ),
  );

  it('are of thirty kinds, all of which a synthetic operation supports', () => {
    expect(TEMPLATES).toHaveLength(30);
    expect([10, 6, 14]).toEqual(
      (['SpatioTemporal', 'MultiChoice', 'Interaction'] as const).map(
        (category) => TEMPLATES.filter((template) => template.category === category).length,
      ),
    );
    const found = new Set(records.map(({ subcategory }) => subcategory));
    expect(TEMPLATES.map(({ id }) => id).filter((id) => !found.has(id))).toEqual([]);
  });

  it('are answered by themselves with the full score', () => {
    expect(records.filter((record) => scoreOf(record) < 0.999)).toEqual([]);
  });

  it('about what is absent look like others to whoever is asked', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'overread-refusals-'));
    try {
      await surgstu.fixture(folder, { items: 60, seed: '2' });
      const shown = new Map<string, Set<boolean>>();
      for await (const { item, reference } of surgstu.records(await openData(folder), {
        mode: 'video',
        seed: '0',
      })) {
        const seen = JSON.stringify([item.type, item.stage, item.facets]);
        shown.set(seen, (shown.get(seen) ?? new Set()).add(reference.subcategory.startsWith('refusal')));
      }
      const told = [...shown].filter(([, kinds]) => kinds.has(true) && kinds.size === 1);
      expect([...shown].some(([, kinds]) => kinds.has(true))).toBe(true);
      expect(told).toEqual([]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('about what is absent give nothing for a box', () => {
    const refused = records.filter(({ subcategory }) => subcategory === 'refusal_absent_instrument');
    expect(refused.length).toBeGreaterThan(0);
    for (const record of refused) expect(scoreOf(record, '{"bbox_2d": [1, 2, 3, 4]}')).toBe(0);
  });

  it('know where an instrument on a known course is', () => {
    const video = syntheticVideo('1', 0);
    const [clip] = clipsOf(video, 24);
    for (const { conversations } of posedAbout(clip, VOCABULARY, { seed: '1', most: 50 }).filter(
      ({ subcategory }) => subcategory === 'locate',
    )) {
      const [, name, t] = /the (\w+) at ([\d.]+) s/.exec(conversations[0].value) ?? [];
      const event = video.events.find((one) => one.class === name && one.t === Number(t));
      const box = (JSON.parse(conversations[1].value) as { bbox_2d: number[] }).bbox_2d;
      expect(box).toEqual(
        [event?.x1, event?.y1, event?.x2, event?.y2].map((value) => Math.round((value ?? 0) * 1000)),
      );
    }
  });

  it('ask for no path on a broken track', () => {
    const broken = syntheticVideo('1', 0).events.filter(({ t }) => t % 2 === 0);
    const posed = clipsOf({ video: 'b', events: broken }, 24).flatMap((clip) =>
      posedAbout(clip, VOCABULARY, { seed: '1', most: 3 }),
    );
    expect(posed.length).toBeGreaterThan(0);
    expect(posed.filter(({ subcategory }) => /trajectory|window/.test(subcategory))).toEqual([]);
  });
});

describe('scores', () => {
  it('fall in a line: centres to a quarter of the diagonal, times to five seconds', () => {
    expect(centreScore([0, 0, 100, 100], [0, 0, 100, 100])).toBe(1);
    // 125 thousandths along both axes are an eighth of the diagonal.
    expect(centreScore([0, 0, 100, 100], [125, 125, 225, 225])).toBeCloseTo(0.5, 9);
    expect(centreScore([0, 0, 100, 100], [900, 900, 1000, 1000])).toBe(0);
    expect(timeScore(3, 5.5)).toBeCloseTo(0.5, 9);
  });

  it('weigh centres 0.35, time 0.25 and overlap 0.40 along a path', () => {
    const path = [0, 2].map((t) => ({ t, bbox_2d: [0, 0, 100, 100] as const }));
    expect(pathScore(path, path)).toBeCloseTo(1, 12);
    // Half of the time, and only one of the two reference boxes: 0.35/2 + 0.25/2 + 0.40/2.
    expect(pathScore([path[0], { t: 1, bbox_2d: [0, 0, 100, 100] }], path)).toBeCloseTo(0.5, 12);
  });

  it.each([
    ['letter', 'I think it is B. Answer: C', 'Answer: C', 1],
    ['label', 'It is the grasper.', 'grasper', 1],
    ['label', 'hook', 'grasper', 0],
    ['position', 'left and below', 'left, above', 0.5],
    ['change', '0.50, increased', '0.50, increased', 1],
    ['change', '1.00, increased', '0.50, increased', 0.5],
    ['seconds', 'about 6 seconds', '8', 0.75],
    ['time', '4 s', '4', 1],
    ['set', 'hook, grasper', 'grasper, hook', 1],
    ['set', 'hook', 'grasper, hook', 2 / 3],
    ['sequence', 'cut, clip', 'cut, grasp, clip', 0.8],
    ['label', 'absent', 'grasper', 0],
    ['label', 'no specific action', 'no specific action', 1],
    ['box', 'nowhere to be told', '{"bbox_2d": [1, 2, 3, 4]}', undefined],
    ['letter', 'none of them', 'Answer: C', 0],
    ['letter', 'Answer: C. None', 'Answer: C', 1],
    ['letter', 'The hook is not visible. Answer: B', 'Answer: B.', 1],
    ['letter', 'Answer: A? No. Answer: D', 'Answer: D', 1],
    ['letter', '<think>Answer: A</think>**Answer:** b', 'Answer: B', 1],
    ['letter', 'A hook is in view, so B', 'Answer: B', 1],
    ['letter', 'A or B', 'Answer: A', undefined],
    ['label', 'grasper, hook, scissors', 'grasper', 0],
    ['label', 'not the grasper', 'grasper', 0],
    ['label', 'clip, cystic artery', 'clip cystic artery', 1],
    ['label', 'the hook, absent', 'grasper', 0],
    ['box', 'absent', 'The hook is not visible.', 1],
    ['box', '{"bbox_2d": [1, 2, 3, 4]} or absent', 'absent', 0],
    ['box', 'absent', '{"bbox_2d": [1, 2, 3, 4]}', 0],
    ['position', 'left right above below', 'left, above', 0],
    ['position', 'left, neither above nor below', 'left, above', 0.5],
    ['change', '50 %, increased', '0.50, increased', 1],
    ['change', '0.50, increased or decreased or maintained', '0.50, increased', 0.5],
    ['seconds', 'grasper 2 acts for 6 s', '6', 1],
    ['seconds', '5-6 s', '6', 1],
  ] as const)('%s: %s for %s', (form, reply, wanted, score) => {
    const found = scoreForm(form, reply, wanted);
    if (score === undefined) expect(found).toBeUndefined();
    else expect(found).toBeCloseTo(score, 9);
  });
});

describe('the builder', () => {
  it.each(['0', '1', '2', '3', '4', '5', '6', '7'])('passes its own check with the seed %s', async (seed) => {
    const context = { seed, scratch: '', progress: silent, signal: new AbortController().signal };
    expect(await checkSurgstu(context as unknown as CheckContext)).toMatchObject({ passed: true });
  });

  let scratch = '';
  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'overread-surgstu-'));
    const rows = [0, 1].flatMap((nth) => {
      const { video, events } = syntheticVideo('5', nth);
      return events.map((event) =>
        [
          video,
          event.t,
          event.class,
          event.x1,
          event.x2,
          event.y1,
          event.y2,
          event.verb ?? -1,
          event.target ?? -1,
        ].join(','),
      );
    });
    await writeFile(
      join(scratch, 'tracks.csv'),
      `video,t,class,x1,x2,y1,y2,verb,target\n${rows.join('\n')}\n`,
    );
    // Stands for ffmpeg: writes its arguments where the clip or frame should go.
    const program = join(scratch, 'cutter');
    await writeFile(program, '#!/bin/sh\nfor last; do :; done\nprintf "%s" "$*" > "$last"\n');
    await chmod(program, 0o755);
    await writeFile(join(scratch, 'operation0.mp4'), 'a video');
  });
  afterAll(() => rm(scratch, { recursive: true, force: true }));

  const make = (out: string, options: Record<string, string[]> = {}) =>
    builder.build({
      source: join(scratch, 'tracks.csv'),
      out: join(scratch, out),
      seed: '5',
      protocol: 'strict',
      options,
      progress: silent,
      signal: new AbortController().signal,
    });

  it('reads tracks as written, and makes the same twice', async () => {
    const read = await readEvents(await openFile(join(scratch, 'tracks.csv')));
    expect(read.map(({ events }) => events.length)).toEqual(
      [0, 1].map((nth) => syntheticVideo('5', nth).events.length),
    );
    expect((await make('a')).contentHash).toBe((await make('b')).contentHash);
  });

  it('cuts clips of fifteen frames a second without sound, and frames of them', async () => {
    const { files, skipped } = await make('c', { videos: [scratch], ffmpeg: [join(scratch, 'cutter')] });
    expect(files.filter((file) => file.startsWith('frames/'))).toHaveLength(frameTimes(24).length);
    expect(await readFile(join(scratch, 'c/videos/operation0_00000.mp4'), 'utf8')).toMatch(
      /-ss 0 -i \S+operation0\.mp4 -t 24 -r 15 -an -map_metadata -1/,
    );
    expect(skipped).toContainEqual({ reason: 'a clip whose video is not there', count: 1 });
    const ids: string[] = [];
    for await (const { item } of surgstu.records(await openData(join(scratch, 'c')), {
      mode: 'video',
      seed: '0',
    }))
      ids.push(item.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('says that ffmpeg is missing, and what is wrong with a track', async () => {
    await expect(make('d', { videos: [scratch], ffmpeg: [join(scratch, 'nothing')] })).rejects.toMatchObject({
      code: 'dependency-missing',
    });
    await writeFile(join(scratch, 'bad.csv'), 'video,t,class,x1,x2,y1,y2\nv,0,hook,0.5,0.2,0.1,0.2\n');
    await expect(readEvents(await openFile(join(scratch, 'bad.csv')))).rejects.toThrow(
      /record 1: the box ends/,
    );
  });
});
