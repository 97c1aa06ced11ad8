// The tools that look at pixels: each keeps the contract of all tools, and measures what is really there.
import { describe, expect, it } from 'vitest';
import { gridOf } from '../domain/geometry.ts';
import type { Tool, ToolContext } from '../domain/tool.ts';
import { caseOf } from '../measure/testing.ts';
import { callTool } from './call.ts';
import { squarePicture, testAccess, testContext } from './testing.ts';
import { toolContract } from './tool.contract.ts';
import { allTools, toolkit } from './toolkit.ts';

const named = (name: string): Tool => {
  const tool = allTools().find((each) => each.name === name);
  if (tool === undefined) throw new Error(`no tool ${name}`);
  return tool;
};

const box = [
  [4, 6],
  [12, 14],
];
const beside = [
  [20, 6],
  [28, 14],
];
const FAR = [{ image: '/etc/passwd' }, { image: 99 }, { slice: { plane: 'axial', index: 900 } }];

toolContract(named('render_slice'), {
  good: { plane: 'axial', index: 6, overlay: ['liver_lesion'], box: [0, 0, 12, 12], size: 64 },
  bad: [{ index: 24 }, { index: 1, mm: 3 }, { overlay: ['pancreas'] }, { window: 'moon' }, { size: 9999 }],
});
toolContract(named('zoom_picture'), {
  good: { image: 1, box: [2, 2, 10, 10], scale: 2 },
  bad: [{ image: 1 }, { box: [40, 40, 50, 50] }, { box: [1, 2, 3] }, { image: 99, box: [0, 0, 4, 4] }],
});
toolContract(named('mark_region'), {
  good: { image: 1, marks: [{ kind: 'box', points: box, text: 'here' }] },
  bad: [...FAR, { marks: [] }, { marks: [{ kind: 'box', points: [[1, 1]] }] }],
});
toolContract(named('measure_pixels'), {
  good: { image: 1, kind: 'ellipse', points: box },
  bad: [
    ...FAR,
    { kind: 'ruler', points: [[0, 0]] },
    {
      kind: 'angle',
      points: [
        [0, 0],
        [3, 3],
      ],
    },
  ],
});
toolContract(named('compare_regions'), {
  good: { image: 1, a: { points: box }, b: { points: beside } },
  bad: [
    ...FAR,
    { a: { points: box } },
    {
      a: { points: box },
      b: {
        points: [
          [50, 50],
          [60, 60],
        ],
      },
    },
  ],
});
toolContract(named('hu_statistics'), {
  good: { box: { from: [4, 4, 4], to: [8, 8, 8] } },
  bad: [{}, { image: 1 }, { box: { from: [90, 0, 0], to: [95, 0, 0] } }, { structure: 'moon' }],
});
toolContract(named('hu_histogram'), {
  good: { structure: 'liver', bins: 4, from: 0, bin_width: 50 },
  bad: [{}, { structure: 'liver', bins: 0 }, { structure: 'liver', slice: { plane: 'axial', index: 3 } }],
});
toolContract(named('connected_components'), {
  good: { above: 90, box: { from: [0, 0, 0], to: [23, 23, 23] } },
  bad: [{}, { structure: 'liver', above: 3 }, { image: 99, above: 1 }, { above: 'high' }],
});
toolContract(named('distance'), {
  good: { structures: ['liver', 'spleen'] },
  bad: [{}, { structures: ['liver'] }, { structures: ['liver', 'moon'] }],
});
toolContract(named('contact_angle'), {
  good: { structure: 'liver_lesion', vessel: 'spleen' },
  bad: [{}, { structure: 'liver' }, { structure: 'liver', vessel: 'aorta' }],
});

async function call<T>(name: string, args: unknown, over: Partial<ToolContext> = {}): Promise<T> {
  const context = await testContext(over);
  const { result, error } = await callTool([named(name)], { name, arguments: args, step: 1 }, context);
  if (error !== undefined) throw new Error(error);
  return result as T;
}

describe('looking', () => {
  it('shows a slice with the patient’s right on the left: a spleen at the left lies on the right', async () => {
    const context = await testContext();
    // Index i grows to the patient's right in this RAS scan, so the spleen at i = 17…22 is drawn on the left.
    const { result } = await callTool(
      [named('render_slice')],
      {
        name: 'render_slice',
        arguments: { plane: 'axial', index: 19, size: 96, window: { level: 35, width: 170 } },
        step: 1,
      },
      context,
    );
    const { image, width, mm } = result as { image: string; width: number; mm: number };
    expect([width, mm]).toEqual([96, 19]);
    const raster = (await context.pictures?.open(image))?.raster;
    const at = (x: number, y: number) => raster?.data[y * 96 + x];
    // Four picture pixels a voxel: the spleen (i and j 17…22) spans columns 4…27 from the left, rows 4…27 from the top.
    expect(at(16, 16)).toBe(255);
    expect(at(80, 16)).toBe(0);
    expect(raster?.spacing).toEqual([0.25, 0.25]);
  });
  it('outlines a structure where masks may be opened, and nowhere else', async () => {
    const lit = await call<{ legend: unknown[]; masks: string }>('render_slice', {
      plane: 'axial',
      index: 6,
      overlay: ['liver lesions'],
    });
    expect(lit).toMatchObject({
      legend: [{ structure: 'liver_lesion', colour: 'rgb(230,159,0)' }],
      masks: 'annotated',
    });
  });
  it('finds the slice at a height in mm', async () => {
    expect(await call('render_slice', { plane: 'coronal', mm: 7.4 })).toMatchObject({
      index: 7,
      mm: 7,
      slices: 24,
    });
    await expect(call('render_slice', { plane: 'coronal', mm: 70 })).rejects.toThrow(/no coronal slice/);
  });
  it('enlarges a part of a picture', async () => {
    const context = await testContext();
    const zoomed = await callTool(
      [named('zoom_picture')],
      { name: 'zoom_picture', arguments: { box: [4, 6, 12, 14], scale: 4 }, step: 1 },
      context,
    );
    const { image, width, height } = zoomed.result as { image: string; width: number; height: number };
    expect([width, height]).toEqual([32, 32]);
    expect(new Set((await context.pictures?.open(image))?.raster.data)).toEqual(new Set([200]));
  });
  it('draws a box along the outermost pixels of what it names', async () => {
    const context = await testContext();
    const { result } = await callTool(
      [named('mark_region')],
      { name: 'mark_region', arguments: { marks: [{ kind: 'box', points: box, colour: 'white' }] }, step: 1 },
      context,
    );
    const raster = (await context.pictures?.open((result as { image: string }).image))?.raster;
    const white = [...Array(32 * 24).keys()].filter((at) => raster?.data[at * 3] === 255);
    // The rim of 8 × 8 pixels.
    expect(white).toHaveLength(28);
    expect(white[0]).toBe(6 * 32 + 4);
  });
});

describe('measuring on pixels', () => {
  it('a 3-4-5 triangle has a ruler of 5 px and a right angle', async () => {
    expect(
      await call('measure_pixels', {
        kind: 'ruler',
        points: [
          [1, 2],
          [4, 6],
        ],
      }),
    ).toMatchObject({ length: 5, unit: 'px' });
    const right = await call('measure_pixels', {
      kind: 'angle',
      points: [
        [9, 1],
        [1, 1],
        [1, 7],
      ],
    });
    expect(right).toMatchObject({ degrees: 90 });
    const cobb = await call('measure_pixels', {
      kind: 'angle',
      points: [
        [0, 0],
        [10, 0],
        [0, 10],
        [10, 20],
      ],
    });
    expect(cobb).toMatchObject({ degrees: 45 });
  });
  it('a box on a slice is measured in mm and HU', async () => {
    // Lesion of 5³ voxels at i, j, k = 4…8; in the axial image x = 23 − i and y = 23 − j.
    const measured = await call('measure_pixels', {
      slice: { plane: 'axial', index: 6 },
      kind: 'box',
      points: [
        [15, 15],
        [20, 20],
      ],
    });
    expect(measured).toMatchObject({
      area: 25,
      unit: 'mm',
      area_unit: 'mm2',
      pixels: 25,
      values: { mean: 40, sd: 0, unit: 'HU' },
    });
  });
  it('a ruler on a rendered picture keeps the scan’s millimetres', async () => {
    const context = await testContext();
    const ask = async (name: string, args: unknown) =>
      (await callTool([named(name)], { name, arguments: args, step: 1 }, context)).result as Record<
        string,
        unknown
      >;
    const { image } = await ask('render_slice', { plane: 'axial', index: 6, size: 240 });
    expect(
      await ask('measure_pixels', {
        image,
        kind: 'ruler',
        points: [
          [0, 0],
          [100, 0],
        ],
      }),
    ).toMatchObject({
      length: 10,
      unit: 'mm',
    });
    const zoomed = await ask('zoom_picture', { image, box: [0, 0, 120, 120], scale: 2 });
    expect(
      await ask('measure_pixels', {
        image: zoomed.image,
        kind: 'ruler',
        points: [
          [0, 0],
          [100, 0],
        ],
      }),
    ).toMatchObject({ length: 5, unit: 'mm' });
  });
  it('an ellipse has π/4 of its box’s area', async () => {
    const { area } = await call<{ area: number }>('measure_pixels', {
      kind: 'ellipse',
      points: [
        [0, 0],
        [20, 10],
      ],
    });
    expect(area).toBeCloseTo(Math.PI * 50, 4);
  });
  it('the square is 160 grey values brighter than what lies beside it', async () => {
    const compared = await call('compare_regions', { a: { points: box }, b: { points: beside } });
    expect(compared).toMatchObject({ difference: 160, ratio: 5, cnr: null, michelson_contrast: 0.6666667 });
    // Half bright, half dark: mean 120, deviation 80.
    const half = [
      [4, 6],
      [12, 22],
    ];
    expect(await call('compare_regions', { a: { points: box }, b: { points: half } })).toMatchObject({
      b: { mean: 120, sd: 80 },
      cnr: 1,
    });
  });
});

describe('measuring in the scan', () => {
  it('gives the attenuation of a box, a shape and a structure', async () => {
    expect(await call('hu_statistics', { box: { from: [4, 4, 4], to: [8, 8, 8] } })).toMatchObject({
      voxels: 125,
      mean: 40,
      sd: 0,
      volume_cm3: 0.125,
    });
    expect(
      await call('hu_statistics', { box: { from: [3.6, 4, 4], to: [8.4, 8, 8], unit: 'mm' } }),
    ).toMatchObject({
      voxels: 125,
    });
    expect(await call('hu_statistics', { structure: 'spleen' })).toMatchObject({ voxels: 216, mean: 120 });
    const shape = {
      kind: 'ellipse',
      points: [
        [15, 15],
        [20, 20],
      ],
    };
    // 21 of 25 pixel centres lie in a circle of radius 2.5.
    expect(await call('hu_statistics', { slice: { plane: 'axial', index: 6 }, shape })).toMatchObject({
      voxels: 21,
      mean: 40,
    });
  });
  it('counts the same voxels in bins', async () => {
    const { counts, below, above } = await call<{ counts: number[]; below: number; above: number }>(
      'hu_histogram',
      {
        structure: 'liver',
        from: 0,
        bin_width: 50,
        bins: 2,
      },
    );
    // 125 lesion voxels at 40 HU, the other 16³ − 125 at 100 HU.
    expect([counts, below, above]).toEqual([[125, 0], 0, 4096 - 125]);
  });
  it('says that pictures hold no HU', async () => {
    const item = { ...(await testContext()).case, volume: async () => undefined };
    await expect(call('hu_statistics', { structure: 'liver' }, { case: item })).rejects.toThrow(/no HU/);
  });
  it('finds the lesion’s hole and the spleen by threshold', async () => {
    const found = await call<{ count: number; components: { voxels: number; from: number[] }[] }>(
      'connected_components',
      {
        above: 90,
        box: { from: [0, 0, 0], to: [23, 23, 23] },
      },
    );
    // Liver corner voxel 16 and spleen corner voxel 17 touch at a corner: one piece.
    expect(found).toMatchObject({ count: 1, components: [{ voxels: 4096 - 125 + 216, from: [1, 1, 1] }] });
    expect(
      await call('connected_components', { above: 110, box: { from: [0, 0, 0], to: [23, 23, 23] } }),
    ).toMatchObject({
      count: 1,
      components: [{ voxels: 216, from: [17, 17, 17], to: [22, 22, 22], centroid: [19.5, 19.5, 19.5] }],
    });
    expect(await call('connected_components', { image: 1, above: 100 })).toMatchObject({
      count: 1,
      components: [{ pixels: 64, box: [4, 6, 12, 14], centre: [8, 10] }],
    });
  });
  it('liver and spleen touch at a corner: no gap, no area; their centres are 11 voxels apart along each axis', async () => {
    expect(await call('distance', { structures: ['liver', 'spleen'] })).toMatchObject({
      gap_mm: 0,
      contact_area_mm2: 0,
      overlap_voxels: 0,
      centre_to_centre_mm: Number((11 * Math.sqrt(3)).toPrecision(7)),
    });
    // From the lesion's last voxel 8 to the spleen's first 17 lie 8 voxels along each axis.
    expect(await call('distance', { structures: ['liver lesion', 'spleen'] })).toMatchObject({
      gap_mm: Number((8 * Math.sqrt(3)).toPrecision(7)),
    });
    expect(
      await call('distance', {
        points: [
          [0, 0, 0],
          [2, 3, 6],
        ],
      }),
    ).toEqual({ mm: 7 });
  });
  it('a lesion that borders on nothing of a vessel has an angle of 0 and a gap', async () => {
    expect(await call('contact_angle', { structure: 'liver_lesion', vessel: 'spleen' })).toMatchObject({
      degrees: 0,
      gap_mm: Number((8 * Math.sqrt(3)).toPrecision(7)),
    });
  });
  it('half a ring round a vessel touches it by half its outline; each piece counts by itself', async () => {
    const angle = async (belongs: (x: number, y: number) => boolean) => {
      const grid = gridOf([41, 41, 3], [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
      const labels = new Uint8Array(41 * 41 * 3).map((_, at) => {
        const [x, y] = [(at % 41) - 20, (Math.floor(at / 41) % 41) - 20];
        const r = Math.hypot(x, y);
        return r <= 8 ? 1 : r <= 13 && belongs(x, y) ? 2 : 0;
      });
      const { annotation } = caseOf(grid, labels, { aorta: 1, pancreas_pdac: 2 });
      const access = testAccess({ annotation: async () => annotation, volume: async () => undefined });
      return call<{ degrees: number; count: number }>(
        'contact_angle',
        { structure: 'PDAC', vessel: 'aorta' },
        { case: access },
      );
    };
    expect((await angle(() => true)).degrees).toBeCloseTo(360, 5);
    const half = await angle((x, y) => x + y > 0);
    expect(Math.abs(half.degrees - 180)).toBeLessThan(12);
    // Two opposite quarters: a quarter each, not a half together.
    const quarters = await angle((x, y) => Math.abs(x) > Math.abs(y) + 1);
    expect(quarters.count).toBe(2);
    expect(Math.abs(quarters.degrees - 90)).toBeLessThan(15);
  });
  it('opens no mask in vision mode', () => {
    const vision = toolkit('vision', { also: ['pixels'] }).map((tool) => tool.name);
    expect(vision).not.toContain('contact_angle');
    expect(vision).toContain('render_slice');
  });
});

describe('pictures of a read', () => {
  it('other stored pictures do not open', async () => {
    await expect(call('zoom_picture', { image: 'b'.repeat(64), box: [0, 0, 4, 4] })).rejects.toThrow(
      /no such picture here: name one by its number, 1 to 2/,
    );
  });
  it('two pictures of equal pixels and unequal size in mm have none', async () => {
    const { pictures } = await testContext();
    const hash = await pictures?.keep({ ...squarePicture(), spacing: [1, 1] }, 'a');
    expect((await pictures?.open(hash ?? ''))?.raster.spacing).toEqual([1, 1]);
    await pictures?.keep({ ...squarePicture(), spacing: [2, 2] }, 'b');
    expect((await pictures?.open(hash ?? ''))?.raster.spacing).toBeUndefined();
  });
});
