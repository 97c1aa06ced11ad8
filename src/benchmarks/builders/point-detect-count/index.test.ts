import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silent } from '../../../domain/progress.ts';
import type { Protocol } from '../../../domain/report.ts';
import { encodePng } from '../../../imaging/write-png.ts';
import { openData } from '../../../records/data-root.ts';
import { piecesOf, pointInside } from '../../mask-slices.ts';
import medmultipoints from '../../published/medmultipoints/index.ts';
import { vocThings } from './annotations.ts';
import pointDetectCount from './index.ts';

let folder = '';
let builds = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'point-detect-count-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function build(source: string, options: Record<string, string[]> = {}, protocol: Protocol = 'strict') {
  const out = join(folder, `out-${++builds}`);
  const signal = new AbortController().signal;
  const summary = await pointDetectCount.build({
    source,
    out,
    seed: '1',
    protocol,
    options,
    progress: silent,
    signal,
  });
  const records = [];
  for await (const record of medmultipoints.records(await openData(out), { mode: 'json', seed: '1' }))
    records.push(record);
  return { out, summary, records };
}

async function pictureFolder(name: string, files: Record<string, string | Uint8Array>) {
  const source = join(folder, name);
  await mkdir(join(source, 'masks'), { recursive: true });
  await writeFile(
    join(source, 'a.png'),
    await encodePng({ width: 40, height: 30, channels: 1, data: new Uint8Array(1200).fill(90) }),
  );
  for (const [file, content] of Object.entries(files)) await writeFile(join(source, file), content);
  return source;
}

describe('instructions from masks', () => {
  it('each connected piece is a thing, its box as wide as its pixels, its point inside of it', async () => {
    const mask = new Uint8Array(40 * 30);
    for (let y = 5; y < 9; y++) mask.fill(1, y * 40 + 10, y * 40 + 16);
    // A ring: its centre of mass lies in the hole.
    for (let y = 15; y < 24; y++)
      for (let x = 20; x < 29; x++)
        if (Math.max(Math.abs(x - 24), Math.abs(y - 19)) >= 3) mask[y * 40 + x] = 2;
    const source = await pictureFolder('masks', {
      'masks/a.png': await encodePng({ width: 40, height: 30, channels: 1, data: mask }),
    });
    const { records, summary } = await build(source, { label: ['1=block', '2=ring'] });
    const of = (label: string) =>
      records.find(({ reference }) => reference.label === label && reference.task === 'count-and-box')
        ?.reference;
    expect(of('block')).toMatchObject({ count: 1, boxes: [[10, 5, 16, 9]] });
    expect(of('ring')).toMatchObject({ count: 1, boxes: [[20, 15, 29, 24]] });
    expect(summary.items).toBe(10);
    const ring = piecesOf({ width: 40, height: 30, data: mask })[1];
    const [x, y] = pointInside(ring, 40);
    expect(mask[y * 40 + x]).toBe(2);
  });

  it('diagonal neighbours are two things', () => {
    expect(piecesOf({ width: 2, height: 2, data: [1, 0, 0, 1] })).toHaveLength(2);
  });
});

describe('instructions from tables and COCO', () => {
  it('points without boxes give three tasks, and points outside are left out in strict', async () => {
    const source = await pictureFolder('table', {
      'points.csv': 'image,label,x,y\na.png,cell,5,6\na.png,cell,500,6\n',
    });
    const { summary, records } = await build(source);
    expect(summary.counts).toEqual({ cnt_and_point: 1, counting: 1, pointing: 1 });
    expect(summary.skipped.map(({ reason }) => reason)).toContain('a point lies outside its picture');
    expect(records.find(({ reference }) => reference.task === 'counting')?.reference.count).toBe(1);
    const published = await build(source, {}, 'published');
    expect(published.records.find(({ reference }) => reference.task === 'counting')?.reference.count).toBe(2);
  });

  it('strict clips boxes to the picture and asks about absent labels; published does neither', async () => {
    const coco = {
      images: [{ id: 1, file_name: 'a.png' }],
      annotations: [{ image_id: 1, category_id: 1, bbox: [30, 20, 20, 20] }],
      categories: [{ id: 1, name: 'cell' }],
    };
    const source = await pictureFolder('coco', { 'labels.json': JSON.stringify(coco) });
    const boxes = async (protocol: Protocol) =>
      (await build(source, {}, protocol)).records.find(({ reference }) => reference.task === 'bounding')
        ?.reference.boxes;
    expect(await boxes('strict')).toEqual([[30, 20, 40, 30]]);
    expect(await boxes('published')).toEqual([[30, 20, 50, 40]]);
  });

  it('is the same for the same seed, and says what it lacks', async () => {
    const source = await pictureFolder('same', {
      'points.csv': 'image,label,x,y\na.png,cell,5,6\nb.png,cell,5,6\n',
    });
    const [one, two] = [await build(source), await build(source)];
    expect(two.summary.contentHash).toBe(one.summary.contentHash);
    expect(one.summary.skipped).toContainEqual({ reason: 'the annotated picture is not there', count: 1 });
    const empty = await pictureFolder('empty', {});
    await expect(build(empty)).rejects.toMatchObject({ code: 'format-unknown' });
    const broken = await pictureFolder('broken', {
      'a.xml': '<annotation><filename>a.png</filename><object>',
    });
    await expect(build(broken)).rejects.toMatchObject({ code: 'file-corrupt' });
  });

  it('reads a Pascal VOC object with its box', () => {
    const text =
      '<?xml version="1.0"?><annotation><filename>a.jpg</filename><object><name>WBC</name><bndbox><xmin>1</xmin><ymin>2</ymin><xmax>3</xmax><ymax>6</ymax></bndbox></object></annotation>';
    expect(vocThings(text, 'x/a.xml')).toEqual([
      'a.jpg',
      [{ label: 'WBC', box: [1, 2, 3, 6], point: [2, 4] }],
    ]);
  });
});

const bccd = fileURLToPath(new URL('../../../../../shared/data/blood-cells-bccd/', import.meta.url));
describe.skipIf(!existsSync(bccd))('blood cells (BCCD)', () => {
  it('has as many cells of each kind in each picture as the XML has objects, counted by text', async () => {
    const { records, summary } = await build(bccd);
    const counted = new Map<string, number>();
    for (const file of readdirSync(join(bccd, 'annotations')))
      for (const [, label] of readFileSync(join(bccd, 'annotations', file), 'utf8').matchAll(
        /<name>(\w+)<\/name>/g,
      ))
        counted.set(label, (counted.get(label) ?? 0) + 1);
    const built = new Map<string, number>();
    for (const { reference } of records)
      if (reference.task === 'counting')
        built.set(reference.label, (built.get(reference.label) ?? 0) + reference.count);
    expect(Object.fromEntries(built)).toEqual(Object.fromEntries(counted));
    // 16 pictures, three kinds of cell, five tasks.
    expect(summary.items).toBe(16 * 3 * 5);
    for (const { reference } of records) {
      if (reference.task === 'count-and-box') expect(reference.boxes).toHaveLength(reference.count);
      if (reference.task === 'count-and-point') expect(reference.points).toHaveLength(reference.count);
    }
  });
});
