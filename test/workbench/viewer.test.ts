// The viewer in a real browser: what is drawn is the scan, the masks and the measurements, to the pixel.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Affine, voxelToWorld } from '../../src/domain/geometry.ts';
import { type CaseMeasurements, caseMeasurements } from '../../src/server/workbench/shapes/measurements.ts';
import { type PlaneName, type ScanFacts, scanFacts } from '../../src/server/workbench/shapes/scan.ts';
import { CHROMIUM, complaintsOf, openBrowser, seriousFaults } from './browser.ts';
import { call, demoFolder, type Served, serveFolder } from './served.ts';

let served: Served;
let browser: Browser;
let page: Page;
let complaints: string[];
let base: string;
let address: string;
let facts: ScanFacts;
let measured: CaseMeasurements;

const json = async (path: string): Promise<unknown> => (await call(served, served.token, path)).json();

async function bytes(path: string): Promise<ArrayBuffer> {
  const reply = await call(served, served.token, path);
  expect(reply.status).toBe(200);
  return reply.arrayBuffer();
}
const slice = async (plane: PlaneName, index: number) =>
  new Int16Array(await bytes(`${base}/slices/${facts.version}/${plane}/${index}`));

/** The largest lesion, where the viewer stands at first. */
const lesion = () => {
  const [largest] = facts.structures
    .filter(({ kind }) => kind === 'lesion')
    .sort((a, b) => b.voxels - a.voxels);
  if (largest?.bounds === undefined) throw new Error('The demo has a case without a lesion.');
  return largest;
};

interface Drawn {
  readonly index: number;
  readonly frame: readonly [left: number, top: number, scaleX: number, scaleY: number];
}

async function drawn(plane: PlaneName = 'axial'): Promise<Drawn> {
  const canvas = page.locator(`canvas[data-plane="${plane}"]`);
  const [index, frame] = await canvas.evaluate((element) => [
    element.dataset.index ?? '',
    element.dataset.frame ?? '',
  ]);
  const [left, top, scaleX, scaleY] = frame.split(' ').map(Number);
  return { index: Number(index), frame: [left, top, scaleX, scaleY] };
}

/** Red, green and blue of the canvas in the middle of pixels of the slice. */
async function colours(
  plane: PlaneName,
  pixels: readonly (readonly [number, number])[],
): Promise<[number, number, number][]> {
  const { frame } = await drawn(plane);
  const at = pixels.map(([x, y]) => [frame[0] + (x + 0.5) * frame[2], frame[1] + (y + 0.5) * frame[3]]);
  return page.locator(`canvas[data-plane="${plane}"]`).evaluate((element, points) => {
    // Typed as in a browser, which the tests' own types do not know.
    const canvas = element as unknown as {
      width: number;
      height: number;
      getContext(kind: '2d'): {
        getImageData(x: number, y: number, w: number, h: number): { data: Uint8ClampedArray };
      };
    };
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    return points.map(([x, y]): [number, number, number] => {
      const i = (Math.floor(y) * canvas.width + Math.floor(x)) * 4;
      return [data[i], data[i + 1], data[i + 2]];
    });
  }, at);
}

/** Point of the page over a pixel of the slice (fractions allowed). */
async function pointOver(plane: PlaneName, [x, y]: readonly [number, number]): Promise<[number, number]> {
  const { frame } = await drawn(plane);
  const box = await page.locator(`canvas[data-plane="${plane}"]`).boundingBox();
  if (box === null) throw new Error('The canvas is not shown.');
  return [box.x + frame[0] + (x + 0.5) * frame[2], box.y + frame[1] + (y + 0.5) * frame[3]];
}

const grey = (value: number, level: number, width: number) =>
  Math.min(255, Math.max(0, ((value - (level - width / 2)) * 255) / width));

const viewer = () => page.locator('figure[data-ready]').first();
const standsOn = (index: number) =>
  page.locator(`figure[data-ready="true"][data-index="${index}"]`).waitFor();

/** All pixels of a slice, row by row. */
const everyPixel = ({ width, height }: { width: number; height: number }) =>
  Array.from({ length: width * height }, (_, i) => [i % width, Math.floor(i / width)] as const);

async function drag(from: readonly [number, number], to: readonly [number, number]): Promise<void> {
  await page.mouse.move(...from);
  await page.mouse.down();
  await page.mouse.move((from[0] + to[0]) / 2, (from[1] + to[1]) / 2);
  await page.mouse.move(...to);
  await page.mouse.up();
}

describe.skipIf(CHROMIUM === undefined)('the viewer', () => {
  beforeAll(async () => {
    served = await serveFolder(await demoFolder());
    const { benchmarks } = (await json('/api/benchmarks')) as { benchmarks: { id: string }[] };
    const [{ id: benchmark }] = benchmarks;
    const { rows } = (await json(`/api/benchmarks/${benchmark}/cases`)) as {
      rows: { id: string; structures: string[] }[];
    };
    const found = rows.find(({ structures }) =>
      structures.some((name) => /_(cyst|tumor|lesion)$/.test(name)),
    );
    if (found === undefined) throw new Error('The demo has no lesion.');
    base = `/api/benchmarks/${benchmark}/cases/${found.id}`;
    address = `${served.origin}/#/benchmarks/${benchmark}/cases/${found.id}`;
    facts = scanFacts.parse(await json(`${base}/scan`));
    measured = caseMeasurements.parse(await json(`${base}/measurements`));
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    complaints = complaintsOf(page);
    await page.goto(served.url);
    await page.goto(address);
    await page.locator('figure[data-ready="true"]').waitFor();
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });

  test('stands in the largest lesion, and every pixel is as grey as its voxel says', async () => {
    const { bounds } = lesion();
    const { index } = await drawn();
    expect(index).toBeGreaterThanOrEqual(bounds?.min[2] ?? 0);
    expect(index).toBeLessThanOrEqual(bounds?.max[2] ?? 0);
    await page.keyboard.press('m');
    await page.locator('figure[data-masks-visible="false"]').waitFor();
    const values = await slice('axial', index);
    const pixels = everyPixel(facts.planes.axial);
    const shown = await colours('axial', pixels);
    const { level, width } = facts.window;
    // Letters and the scale stand at the edges of the canvas, on few pixels.
    const wrong = pixels.filter((_, i) => Math.abs(shown[i][0] - grey(values[i], level, width)) > 1);
    expect(wrong.length).toBeLessThan(pixels.length * 0.02);
    const middle = pixels
      .map(([x, y], i) => ({ x, y, i }))
      .filter(({ x, y }) => x > 20 && x < 76 && y > 20 && y < 76);
    for (const { i } of middle) {
      expect(Math.abs(shown[i][0] - grey(values[i], level, width))).toBeLessThanOrEqual(1);
      expect(new Set(shown[i]).size).toBe(1);
    }
    await page.keyboard.press('m');
    await page.locator('figure[data-masks-visible="true"]').waitFor();
  });

  test('a mask colours its own voxels and no others', async () => {
    const { index } = await drawn();
    const { name, layer, value, structure } = lesion();
    await page.getByRole('button', { name: `Only ${name}`, exact: true }).click();
    await page.locator(`figure[data-structures-drawn="${structure}"]`).waitFor();
    const pixels = everyPixel(facts.planes.axial);
    const on = await colours('axial', pixels);
    await page.keyboard.press('m');
    await page.locator('figure[data-masks-visible="false"]').waitFor();
    const off = await colours('axial', pixels);
    const labels = new Uint8Array(await bytes(`${base}/masks/${facts.version}/axial/${index}`));
    const changed = pixels.map((_, i) => on[i].some((channel, c) => channel !== off[i][c]));
    const inside = pixels.map((_, i) => labels[layer * pixels.length + i] === value);
    expect(inside.filter(Boolean).length).toBeGreaterThan(3);
    expect(changed).toEqual(inside);
    await page.keyboard.press('m');
    await page.getByRole('button', { name: 'All', exact: true }).click();
    await page.locator('figure[data-masks-visible="true"]').waitFor();
  });

  test('keys, wheel, slider and number go through slices, and the label says which one is drawn', async () => {
    const start = (await drawn()).index;
    const before = await colours('axial', everyPixel(facts.planes.axial));
    await page.keyboard.press('ArrowDown');
    await standsOn(start + 1);
    expect(await colours('axial', everyPixel(facts.planes.axial))).not.toEqual(before);
    await page.keyboard.press(',');
    await standsOn(start);
    await page.keyboard.press('PageDown');
    await standsOn(start + 10);
    await page.keyboard.press('End');
    await standsOn(facts.planes.axial.count - 1);
    await page.keyboard.press('Home');
    await standsOn(0);
    await page.mouse.move(...(await pointOver('axial', [40, 40])));
    await page.mouse.wheel(0, 100);
    await standsOn(1);
    await page.getByRole('slider', { name: 'axial slice' }).fill('7');
    await standsOn(7);
    // What is typed into a field is a number, not a window or a plane.
    await page.getByRole('spinbutton', { name: /^Slice/ }).fill(String(start));
    await standsOn(start);
    await page.keyboard.press('3');
    await page.keyboard.press('Backspace');
    await page.locator('canvas[data-plane="axial"]').click({ position: { x: 5, y: 5 } });
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Home');
    await standsOn(0);
    expect(await page.locator('canvas[data-plane="axial"]').getAttribute('aria-label')).toMatch(
      /^axial slice 0 of 0 to \d+, window level 50 width 400/,
    );
    await page.getByRole('spinbutton', { name: /^Slice/ }).fill(String(start));
    await standsOn(start);
    await page.locator('canvas[data-plane="axial"]').focus();
  });

  test('another window is drawn at once, from the values that are here', async () => {
    const { index } = await drawn();
    await page.waitForLoadState('networkidle');
    const asked: string[] = [];
    const note = (request: { url(): string }) => asked.push(request.url());
    page.on('request', note);
    await page.keyboard.press('m');
    await page.keyboard.press('5');
    await page.getByRole('spinbutton', { name: 'Width' }).waitFor();
    expect(await page.getByRole('spinbutton', { name: 'Width' }).inputValue()).toBe('1800');
    await page.locator('canvas[aria-label*="width 1800"]').waitFor();
    const values = await slice('axial', index);
    const at = 48 * facts.planes.axial.width + 48;
    const [[shown]] = await colours('axial', [[48, 48]]);
    expect(Math.abs(shown - grey(values[at], 400, 1800))).toBeLessThanOrEqual(1);
    page.off('request', note);
    expect(asked.filter((url) => /\/(slices|masks)\//.test(url))).toEqual([]);
    await page.keyboard.press('1');
    await page.keyboard.press('m');
  });

  test('a ruler is as long as the way between its ends in the patient', async () => {
    await page.keyboard.press('r');
    const ends = [
      [30.5, 40],
      [61, 58.25],
    ] as const;
    await drag(await pointOver('axial', ends[0]), await pointOver('axial', ends[1]));
    const { columns, rows, width, height } = facts.planes.axial;
    const [a, b] = ends.map(([x, y]) => {
      const voxel: [number, number, number] = [0, 0, 0];
      voxel[columns.axis] = columns.forward ? x : width - 1 - x;
      voxel[rows.axis] = rows.forward ? y : height - 1 - y;
      return voxelToWorld(facts.affine as Affine, voxel);
    });
    const apart = Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
    const said = await viewer().locator('[aria-live="polite"]').first().textContent();
    expect(Number(/Ruler ([\d.]+) mm/.exec(said ?? '')?.[1])).toBeCloseTo(apart, 0);
    // White, at the middle of the line, which is thin: somewhere within a fifth of an image pixel across it.
    const across = [-4, -3, -2, -1, 0, 1, 2, 3, 4].map((k) => [45.75, 49.125 + 0.05 * k] as const);
    const whitest = Math.max(...(await colours('axial', across)).map(([r, g, b]) => Math.min(r, g, b)));
    expect(whitest).toBeGreaterThan(180);
    await page.keyboard.press('Escape');
  });

  test('a region’s statistics are those of the raw values under it', async () => {
    const { index } = await drawn();
    const values = await slice('axial', index);
    const { width } = facts.planes.axial;
    await page.keyboard.press('o');
    await drag(await pointOver('axial', [39.5, 59.5]), await pointOver('axial', [60.5, 70.5]));
    const under: number[] = [];
    for (let y = 60; y <= 70; y++)
      for (let x = 40; x <= 60; x++)
        if (((x - 50) / 10.5) ** 2 + ((y - 65) / 5.5) ** 2 <= 1) under.push(values[y * width + x]);
    const mean = under.reduce((sum, value) => sum + value, 0) / under.length;
    const sd = Math.sqrt(under.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (under.length - 1));
    const said = (await viewer().locator('[aria-live="polite"]').first().textContent())?.replaceAll('−', '-');
    const found = /mean ([-\d.]+) HU, SD ([\d.]+), ([-\d.]+) to ([-\d.]+), [\d.]+ mm², (\d+) pixels/.exec(
      said ?? '',
    );
    expect(found?.slice(1)).toEqual([
      mean.toFixed(1),
      sd.toFixed(1),
      String(Math.min(...under)),
      String(Math.max(...under)),
      String(under.length),
    ]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Delete mine' }).click();
  });

  test('a measurement that is pressed is stood on, and drawn between its ends', async () => {
    const wanted = measured.measurements.find(
      ({ quantity, instance, focus }) =>
        quantity === 'longest-axial-diameter' && instance === 1 && focus !== null,
    );
    const mark = wanted?.focus?.marks.find(({ kind }) => kind === 'ruler');
    if (wanted?.focus == null || mark?.kind !== 'ruler') throw new Error('The demo measures no lesion.');
    await page.keyboard.press('Home');
    const panel = page.getByRole('region', { name: 'Measurements' });
    await panel
      .locator('details', { has: page.getByText(wanted.name, { exact: false }) })
      .first()
      .getByRole('button', { name: /^longest axial diameter/ })
      .first()
      .click();
    await standsOn(wanted.focus.index);
    const { columns, rows, width, height, axis } = facts.planes.axial;
    expect(mark.from[axis]).toBeCloseTo(wanted.focus.index, 6);
    const between = ([0.35, 0.65] as const).map((t) => {
      const at = [0, 1, 2].map((each) => mark.from[each] + t * (mark.to[each] - mark.from[each]));
      return [
        columns.forward ? at[columns.axis] : width - 1 - at[columns.axis],
        rows.forward ? at[rows.axis] : height - 1 - at[rows.axis],
      ] as const;
    });
    for (const [red, green, blue] of await colours('axial', between)) {
      // Gold on whatever lies under it.
      expect(red).toBeGreaterThan(170);
      expect(green).toBeGreaterThan(130);
      expect(blue).toBeLessThan(140);
    }
    // From elsewhere, a hint says where it is and leads there.
    await page.keyboard.press('Home');
    await page.getByRole('button', { name: `on axial slice ${wanted.focus.index}` }).click();
    await standsOn(wanted.focus.index);
  });

  test('three planes meet in one voxel, and a millimetre has one length in each', async () => {
    await page.keyboard.press('t');
    await page.locator('canvas[data-plane="sagittal"][data-index]').waitFor();
    for (const plane of ['axial', 'coronal', 'sagittal'] as const) {
      const { frame } = await drawn(plane);
      const [dy, dx] = facts.planes[plane].spacing;
      expect(frame[3] / frame[2]).toBeCloseTo(dy / dx, 6);
    }
    const pixel = [40, 55] as const;
    await page.mouse.click(...(await pointOver('axial', pixel)));
    const { columns, rows, width, height } = facts.planes.axial;
    const voxel = [0, 0, 0];
    voxel[columns.axis] = columns.forward ? pixel[0] : width - 1 - pixel[0];
    voxel[rows.axis] = rows.forward ? pixel[1] : height - 1 - pixel[1];
    for (const plane of ['coronal', 'sagittal'] as const)
      await page
        .locator(`canvas[data-plane="${plane}"][data-index="${voxel[facts.planes[plane].axis]}"]`)
        .waitFor();
    await page.keyboard.press('t');
    await page.keyboard.press('c');
    await page.locator('figure[data-plane="coronal"]').waitFor();
    await page.keyboard.press('a');
    await page.locator('figure[data-plane="axial"]').waitFor();
  });

  test('while a slice is on its way the last one stays, under its own number', async () => {
    // Nothing has been fetched ahead then but what lies around the slice stood on.
    await page.reload();
    await page.locator('figure[data-ready="true"]').waitFor();
    const { index } = await drawn();
    const far = index > facts.planes.axial.count / 2 ? 4 : facts.planes.axial.count - 5;
    let open = () => {};
    const closed = new Promise<void>((resolve) => {
      open = resolve;
    });
    await page.route(`**/slices/*/axial/${far}`, async (route) => {
      await closed;
      await route.continue().catch(() => {});
    });
    await page.getByRole('slider', { name: 'axial slice' }).fill(String(far));
    await page.getByText(`loading ${far}`).waitFor();
    // The nearest that is here is drawn meanwhile, and says so.
    const near = page.locator(`figure:is([data-index="${far - 1}"], [data-index="${far + 1}"])`);
    await near.waitFor();
    const { index: shown } = await drawn();
    expect(Math.abs(shown - far)).toBe(1);
    expect(await page.getByRole('spinbutton', { name: /^Slice/ }).inputValue()).toBe(String(shown));
    open();
    await standsOn(far);
    await page.unroute(`**/slices/*/axial/${far}`);
  });

  test('one finger goes through slices, two zoom', async () => {
    const start = 20;
    await page.getByRole('spinbutton', { name: /^Slice/ }).fill(String(start));
    await standsOn(start);
    const devtools = await page.context().newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', ...at: [number, number][]) =>
      devtools.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: at.map(([x, y], id) => ({ x, y, id })),
      });
    const [x, y] = await pointOver('axial', [48, 48]);
    await touch('touchStart', [x, y]);
    await touch('touchMove', [x, y + 20]);
    await touch('touchMove', [x, y + 45]);
    await touch('touchEnd');
    await standsOn(start + 5);
    const { frame: before } = await drawn();
    await touch('touchStart', [x - 20, y], [x + 20, y]);
    await touch('touchMove', [x - 30, y], [x + 30, y]);
    await touch('touchMove', [x - 40, y], [x + 40, y]);
    await touch('touchEnd');
    await expect.poll(async () => (await drawn()).frame[2] / before[2]).toBeCloseTo(2, 1);
    await page.getByRole('button', { name: 'Fit to the screen (0)' }).click();
    await expect.poll(async () => (await drawn()).frame[2] / before[2]).toBeCloseTo(1, 6);
    expect((await drawn()).index).toBe(start + 5);
  });

  test('the volume opens in 3D, or a sentence says what the browser lacks', async () => {
    const policy: string[] = [];
    const note = (message: { text(): string }) => policy.push(message.text());
    page.on('console', note);
    await page.getByRole('button', { name: '3D', exact: true }).click();
    const state = page.locator('[data-volume="ready"], [data-volume="none"]');
    await state.waitFor();
    if ((await state.getAttribute('data-volume')) === 'none')
      expect(await state.textContent()).toMatch(/WebGL 2/);
    else await page.getByRole('button', { name: 'Planes', exact: true }).click();
    expect(policy.filter((text) => /Content Security Policy/.test(text))).toEqual([]);
    page.off('console', note);
    await page.getByRole('button', { name: 'Axial', exact: true }).click();
    await page.locator('canvas[data-plane="axial"][data-index]').waitFor();
  });

  test('the keys are listed, and nothing is complained of', async () => {
    await page.locator('canvas[data-plane="axial"]').focus();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys of the viewer' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    expect(await seriousFaults(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
