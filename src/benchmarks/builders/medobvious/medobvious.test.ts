import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silent } from '../../../domain/progress.ts';
import { random } from '../../../domain/random.ts';
import type { Protocol } from '../../../domain/report.ts';
import { openRaster } from '../../../imaging/formats/raster.ts';
import { openData } from '../../../records/data-root.ts';
import { checkData } from '../../data-check.ts';
import { shadedPicture } from '../../fixture-picture.ts';
import medobvious from '../../published/medobvious/index.ts';
import type { TaskRow } from '../../published/medobvious/tasks.ts';
import type { PublishedBenchmark } from '../../published.ts';
import builder from './index.ts';
import { planGrids, sideOf, TIERS } from './plan.ts';
import type { GridPicture } from './sources.ts';
import { boxed, gridOf, squareTile } from './tiles.ts';

interface TileLine {
  readonly image: string;
  readonly split: string;
  readonly odd: number | null;
  readonly box: number | null;
  readonly tiles: { picture: string; sha256: string; labels: Record<string, string>; licence?: string }[];
}

let scratch = '';
let builds = 0;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'grids-'));
  const rng = random('pictures');
  for (const [folder, count] of [
    ['chest', 12],
    ['abdomen', 9],
    ['few', 2],
  ] as const)
    for (let at = 0; at < count; at++) {
      await mkdir(join(scratch, 'films', folder), { recursive: true });
      await writeFile(join(scratch, 'films', folder, `${at}.png`), await shadedPicture('dark', rng));
    }
  const rows = ['file,finding,who'];
  await mkdir(join(scratch, 'sono'), { recursive: true });
  for (let at = 0; at < 24; at++) {
    await writeFile(join(scratch, 'sono', `u${at}.png`), await shadedPicture('bright', rng));
    rows.push(`u${at}.png,${at % 2 === 0 ? 'normal' : 'cyst'},p${at >> 2}`, `u${at}.png,again,p${at >> 2}`);
  }
  rows.push('gone.png,normal,p9');
  await writeFile(join(scratch, 'sono', 'labels.csv'), rows.join('\n'));
  const sources = [
    { path: 'films', classes: 'anatomy', modality: 'radiograph', licence: 'CC0-1.0', leaveOut: ['few'] },
    {
      ...{
        path: 'sono',
        table: 'labels.csv',
        modality: 'ultrasound',
        anatomy: 'breast',
        licence: 'CC-BY-4.0',
      },
      columns: { picture: 'file', finding: 'finding', patient: 'who' },
    },
  ];
  await writeFile(join(scratch, 'sources.json'), JSON.stringify({ sources }));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

async function make(
  options: Record<string, readonly string[]> = {},
  protocol: Protocol = 'strict',
  source = 'sources.json',
) {
  const out = join(scratch, `out-${++builds}`);
  const summary = await builder.build({
    ...{ source: join(scratch, source), out, seed: '5', protocol, progress: silent },
    options: { cases: ['8'], tile: ['16'], ...options },
    signal: new AbortController().signal,
  });
  const lines = async <T>(name: string) =>
    (await readFile(join(out, name), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as T);
  return {
    out,
    summary,
    rows: await lines<TaskRow>('all_tasks.jsonl'),
    grids: await lines<TileLine>('tiles.jsonl'),
  };
}

describe('grids from labelled pictures', () => {
  let usual: Awaited<ReturnType<typeof make>>;
  beforeAll(async () => {
    usual = await make();
  });

  it('eight tasks and four pictures a case, read back by the benchmark without a finding', async () => {
    const { out, summary, rows, grids } = usual;
    // One modality is radiographs, the other ultrasound: v1 has no second kind. The rest has 8 cases each.
    expect(summary.counts).toEqual({
      ...{ v2: 64, v3: 64, v4: 64, v5: 64 },
      ...{
        detection_mcq: 64,
        detection_open: 64,
        referring_mcq: 32,
        referring_open: 32,
        visual_referring: 64,
      },
    });
    expect([summary.items, rows.length, grids.length]).toEqual([256, 256, 128]);
    expect(rows.filter(({ is_negative }) => is_negative)).toHaveLength(96);
    const check = await checkData(medobvious as unknown as PublishedBenchmark, await openData(out));
    expect(check.findings.filter(({ level }) => level !== 'remark')).toEqual([]);
    expect([check.complete, check.records, check.missingPictures]).toEqual([true, 256, 0]);
  });

  it('says what was left out, and why', async () => {
    const { summary } = usual;
    const skipped = Object.fromEntries(
      summary.skipped.map(({ reason, count }) => [reason.split(' (')[0], count]),
    );
    expect(skipped).toEqual({
      'its class is left out': 2,
      'the table names a picture that is not there': 1,
      v1: 8,
    });
  });

  it('the same seed gives the same bytes, another seed others', async () => {
    const [first, second] = [await make({ tiers: ['v4'] }), await make({ tiers: ['v4'] })];
    expect(second.summary.contentHash).toBe(first.summary.contentHash);
    expect((await make({ tiers: ['v4'], cases: ['7'] })).summary.contentHash).not.toBe(
      first.summary.contentHash,
    );
  });

  it('in a strict grid all tiles but the odd one agree in every label; the odd one differs as its tier says', async () => {
    const { grids } = usual;
    for (const { image, odd, box, tiles } of grids) {
      if (image.endsWith('vis_pos.png')) expect(box).toBe(odd);
      if (image.endsWith('vis_neg.png')) expect(box).not.toBe(odd);
      expect(new Set(tiles.map(({ sha256 }) => sha256)).size, image).toBe(tiles.length);
      const others = tiles.filter((_, at) => at !== odd).map(({ labels }) => JSON.stringify(labels));
      expect(new Set(others).size, image).toBe(1);
      if (odd === null) continue;
      const label = { v2: 'modality', v3: 'modality', v4: 'anatomy', v5: 'finding' }[image.slice(0, 2)] ?? '';
      expect(tiles[odd].labels[label]).not.toBe(tiles[(odd + 1) % tiles.length].labels[label]);
      if (label === 'anatomy')
        expect(tiles[odd].labels.modality).toBe(tiles[(odd + 1) % tiles.length].labels.modality);
      if (label === 'finding') expect(tiles[(odd + 1) % tiles.length].labels.finding).toBe('normal');
    }
  });

  it('answers, explanations and licences follow from the tiles', async () => {
    const { rows, grids } = usual;
    const grid = new Map(grids.map((line) => [line.image, line]));
    for (const { id, image_path, task_type, answer, explanation, options, licence, is_negative } of rows) {
      const line = grid.get(image_path);
      if (line === undefined) throw new Error(image_path);
      const place = line.odd ?? line.tiles.length;
      if (task_type.endsWith('_mcq')) expect(answer, id).toBe(String.fromCharCode(65 + place));
      if (task_type.endsWith('_open')) expect(Object.values(options ?? { a: answer })).toContain(answer);
      if (task_type === 'visual_referring') expect(answer === 'yes', id).toBe(line.box === line.odd);
      expect(licence).toMatch(/^(?:CC-BY-4.0|CC0-1.0|CC-BY-4.0; CC0-1.0)$/);
      const [common] = line.tiles.filter((_, at) => at !== line.odd);
      if (is_negative && id.startsWith('v2')) expect(explanation).toContain(common.labels.modality);
    }
  });

  it('pictures of a patient stay in one split, and a grid takes all of its tiles from one', async () => {
    const { grids, summary } = await make({ split: ['train=0.5,test=0.5'], tiers: ['v2'], cases: ['4'] });
    const splits = new Map<string, Set<string>>();
    for (const { split, tiles } of grids)
      for (const { picture } of tiles) {
        const at = /^sono\/u(\d+)/.exec(picture);
        const owner = at === null ? picture : `p${Number(at[1]) >> 2}`;
        splits.set(owner, (splits.get(owner) ?? new Set()).add(split));
      }
    expect([...splits.values()].every((own) => own.size === 1)).toBe(true);
    expect(new Set(grids.map(({ split }) => split))).toEqual(new Set(['train', 'test']));
    expect(summary.items).toBe(64);
  });

  it('folders alone, with their classes said on the command line', async () => {
    const options = {
      classes: ['finding'],
      class: ['chest=normal', 'abdomen=gas'],
      anatomy: ['trunk'],
      tiers: ['v5'],
    };
    const { rows, grids } = await make(options, 'published', 'films');
    expect(rows).toHaveLength(64);
    // "few" is a finding too; as released, explanations of negatives name what is not there.
    expect(rows[5].explanation).toMatch(/gas|few/);
    expect(grids[1].tiles.every(({ labels }) => labels.finding === 'normal')).toBe(true);
  });

  it.each([
    [{}, 'films', /Say what the classes/],
    [{ classes: ['mood'] }, 'films', /--classes is wrong/],
    [{ cases: ['none'] }, 'sources.json', /whole number/],
    [{ tiers: ['v9'] }, 'sources.json', /one of v1, v2/],
    [{ split: ['train=0.5'] }, 'sources.json', /add up to 1/],
    [
      { classes: ['modality'], tiers: ['v1'], broad: ['chest', 'few'] },
      'films',
      /No grid can be made.*modality chest \(\d+\), /,
    ],
  ])('%j on %s is an error that says what to do', async (options, source, message) => {
    await expect(make(options as Record<string, string[]>, 'strict', source)).rejects.toThrow(message);
  });
});

describe('plans', () => {
  const pictures = (sizes: readonly number[]): GridPicture[] =>
    sizes.flatMap((size, kind) =>
      Array.from({ length: size }, (_, at) => ({
        ...{
          id: `${kind}/${at}`,
          hash: `${kind}-${at}`,
          split: 'test' as const,
          load: async () => new Uint8Array(),
        },
        labels: {
          modality: ['CT', 'MR', 'ultrasound'][kind],
          anatomy: `part ${at % 2}`,
          finding: at % 3 ? 'cyst' : 'normal',
        },
      })),
    );

  it('whatever the pictures, no grid has a tile twice, and every case is of its tier', () => {
    const size = fc.integer({ min: 0, max: 30 });
    fc.assert(
      fc.property(
        fc.tuple(size, size, size),
        fc.constantFrom<Protocol>('strict', 'published'),
        fc.nat(),
        (sizes, protocol, seed) => {
          const options = {
            tiers: TIERS,
            cases: 5,
            seed: String(seed),
            broad: ['ultrasound'],
            normal: ['normal'],
          };
          const { cases, skipped } = planGrids(pictures(sizes), { ...options, protocol });
          const tiers = new Set(cases.map(({ tier }) => tier));
          if (sizes.some((n) => n > 0)) expect(tiers.size + skipped.size).toBe(TIERS.length);
          for (const { tier, tiles, alike, oddAt, boxAt } of cases) {
            const count = sideOf(tier) ** 2;
            expect([new Set(tiles).size, new Set(alike).size, boxAt === oddAt]).toEqual([
              count,
              count,
              false,
            ]);
            const [a, b] = [tiles[oddAt].labels, tiles[boxAt].labels];
            const broad = [a.modality, b.modality].includes('ultrasound');
            if (tier === 'v1') expect([a.modality !== b.modality, broad]).toEqual([true, false]);
            if (tier === 'v2') expect([a.modality !== b.modality, broad]).toEqual([true, true]);
            if (tier === 'v4') expect(a.anatomy).not.toBe(b.anatomy);
            if (tier === 'v5') expect([a.finding, b.finding]).toEqual(['cyst', 'normal']);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('the odd tile lies at each place as often as at any other', () => {
    const { cases } = planGrids(pictures([30, 30, 30]), {
      ...{
        tiers: TIERS,
        cases: 36,
        protocol: 'strict',
        seed: '0',
        broad: ['ultrasound'],
        normal: ['normal'],
      },
    });
    for (const tier of TIERS) {
      const counts = new Array<number>(sideOf(tier) ** 2).fill(0);
      for (const one of cases) if (one.tier === tier) counts[one.oddAt]++;
      expect(counts, tier).toEqual(counts.map(() => 36 / counts.length));
    }
  });

  it('no picture comes back before all of its kind had a turn', () => {
    const { cases } = planGrids(pictures([60, 60, 0]), {
      ...{ tiers: ['v1'], cases: 4, protocol: 'published', seed: '0', broad: [], normal: [] },
    });
    const shown = cases.flatMap(({ tiles, alike }) => [...tiles, ...alike]);
    expect(new Set(shown).size).toBe(shown.length);
  });
});

describe('tiles', () => {
  it('a wide picture keeps its proportions: padded with black, or cut to its middle', async () => {
    const raw = { width: 40, height: 20, channels: 3 as const };
    const wide = await sharp(Buffer.alloc(40 * 20 * 3, 200), { raw })
      .png()
      .toBuffer();
    const [padded, cropped] = [
      await squareTile(wide, 20, 'pad', 'x'),
      await squareTile(wide, 20, 'crop', 'x'),
    ];
    const column = (raster: typeof padded) =>
      Array.from({ length: 20 }, (_, y) => raster.data[(y * 20 + 10) * 3]);
    expect(column(cropped).every((value) => value > 190)).toBe(true);
    expect(column(padded).filter((value) => value > 190)).toHaveLength(10);
    await expect(squareTile(new Uint8Array(4), 20, 'pad', 'x.png')).rejects.toThrow(
      /x\.png cannot be decoded/,
    );
  });

  it('the red box runs along the edge of its tile and nowhere else', () => {
    const tile = { width: 20, height: 20, channels: 3 as const, data: new Uint8Array(1200).fill(90) };
    const grid = boxed(gridOf(new Array(9).fill(tile), 3), 5, 3);
    const red = (x: number, y: number) =>
      grid.data[(y * grid.width + x) * 3] === 255 && grid.data[(y * grid.width + x) * 3 + 1] === 0;
    expect(grid.width).toBe(68);
    for (let y = 0; y < grid.height; y++)
      for (let x = 0; x < grid.width; x++) {
        const [dx, dy] = [x - 48, y - 24];
        const inside = dx >= 0 && dx < 20 && dy >= 0 && dy < 20;
        expect(red(x, y)).toBe(inside && Math.min(dx, dy, 19 - dx, 19 - dy) < 5);
      }
  });

  it('a built grid is as large as its tiles and gaps', async () => {
    const { out, grids } = await make({ tiers: ['v3'], cases: ['1'] });
    const { width, height } = await openRaster(join(out, grids[0].image));
    expect([width, height]).toEqual([56, 56]);
  });
});
