// VILA-M3 on real CT: what can be seen on a slice, alone, with an expert that segments, and with one that is mostly wrong.
// npx node bench/agents/vila-m3.ts [--data ../shared/data] [--slices 60] [--seed 0]
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { fixAndBreak } from '../../src/agents/readers/vila-m3/check.ts';
import { structureId } from '../../src/agents/readers/vila-m3/groups.ts';
import { COLOURS, OPACITY, pixelsOf } from '../../src/agents/readers/vila-m3/legend.ts';
import { type AnnotatedScan, annotatedScans } from '../../src/benchmarks/annotated-scans.ts';
import builder, { sliceWithMasks } from '../../src/benchmarks/builders/vila-m3-conversations.ts';
import type { AnnotatedSlice } from '../../src/benchmarks/vila-m3/compile.ts';
import { sha256 } from '../../src/domain/content-hash.ts';
import { silent } from '../../src/domain/progress.ts';
import { type Random, random } from '../../src/domain/random.ts';
import type { SeenRequest } from '../../src/experts/testing/simulated-reader.ts';
import { shownPicture } from '../../src/imaging/shown-picture.ts';
import { encodePng } from '../../src/imaging/write-png.ts';
import { pseudonym, secretFromSeed } from '../../src/privacy/pseudonym.ts';
import { simulatedArm } from './arm.ts';
import { countedCell, header, percent, row } from './table.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/data' },
    slices: { type: 'string', default: '60' },
    seed: { type: 'string', default: '0' },
  },
});
const { seed } = values;
const SCANS = [
  ['example_ct.nii.gz', 'example_seg_fast_force_split.nii.gz'],
  ['example_ct_sm.nii.gz', 'example_seg.nii.gz'],
] as const;
/** Groups whose phrases for 2D experts are the names of structures. */
const GROUPS = ['organs', 'gastrointestinal', 'cardiovascular'];

const folder = mkdtempSync(join(tmpdir(), 'overread-vila-m3-'));
const { signal } = new AbortController();
const place = join(values.data, 'ct-abdomen-totalseg');

/** Items of both scans in one folder, and the annotated slice behind each picture by the hash of what is shown. */
async function buildItems(): Promise<{ data: string; slices: Map<string, AnnotatedSlice>; items: number }> {
  const data = join(folder, 'items');
  mkdirSync(join(data, 'images'), { recursive: true });
  const slices = new Map<string, AnnotatedSlice>();
  const lines: string[] = [];
  for (const [at, [image, mask]] of SCANS.entries()) {
    const request = {
      source: place,
      out: join(folder, `built-${at}`),
      seed: `${seed}/${at}`,
      protocol: 'strict' as const,
      options: {
        image: [join(place, image)],
        mask: [join(place, mask)],
        scheme: ['totalsegmentator'],
        slices: [values.slices],
      },
      progress: silent,
      signal,
    };
    await builder.build(request);
    const scans = new Map<string, AnnotatedScan>();
    for await (const scan of annotatedScans(request, () => {}))
      scans.set(pseudonym(secretFromSeed(request.seed), 'case', scan.id), scan);
    for (const line of readFileSync(join(request.out, 'items.jsonl'), 'utf8').trim().split('\n')) {
      const item = JSON.parse(line) as { question: string; pictures: [string]; type: string };
      if (!GROUPS.some((group) => item.question.includes(`group "${group}"`))) continue;
      const [picture] = item.pictures;
      const bytes = readFileSync(join(request.out, picture));
      writeFileSync(join(data, picture), bytes);
      const [, id, index] = /^(case-\w+)-(\d+)\.png$/.exec(basename(picture)) ?? [];
      const scan = scans.get(id);
      if (scan === undefined) throw new TypeError('An item of an unknown scan.');
      slices.set(sha256((await shownPicture(bytes, picture)).bytes), sliceWithMasks(scan, Number(index)));
      // A type of its own each, so that the report holds the score of every read.
      lines.push(JSON.stringify({ ...item, type: `slice-${lines.length}` }));
    }
  }
  writeFileSync(join(data, 'items.jsonl'), `${lines.join('\n')}\n`);
  return { data, slices, items: lines.length };
}
/**
 * A segmenting expert behind an address: with the chance `right` it draws the annotated mask of what is asked; else it
 * draws nothing where there is something, and a block where there is nothing.
 */
async function startExpert(slices: ReadonlyMap<string, AnnotatedSlice>, right: number) {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as { phrase: string; image: string };
      const hash = sha256(Buffer.from(body.image, 'base64'));
      const slice = slices.get(hash);
      const { width = 1, height = 1 } = slice?.picture ?? {};
      const wanted = structureId(body.phrase);
      const mask = new Uint8Array(width * height);
      for (const own of slice?.masks ?? [])
        if (pixelsOf(own) > 0 && own.structure.replace('postcava', 'inferior_vena_cava').startsWith(wanted))
          for (let at = 0; at < mask.length; at++)
            if (own.values?.includes(own.slice.data[at]) === true) mask[at] = 255;
      if (random(seed, 'expert', hash, wanted).next() >= right) {
        if (mask.some((pixel) => pixel > 0)) mask.fill(0);
        else mask.fill(255, 40 * width + 40, 40 * width + 60);
      }
      const png = await encodePng({ width, height, channels: 1, data: mask });
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ mask: Buffer.from(png).toString('base64') }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { expert: `segment=http:http://127.0.0.1:${port},health=none`, close: () => server.close() };
}

/**
 * The declared error model: a plain slice tells it nothing, and it guesses. Told of VISTA3D it asks for the question's
 * group. Shown a legend, it believes a line whose color it finds in the expert's picture, takes an option that such a
 * line names, and slips to a guess in one read of ten.
 */
function answer({ asked, turns }: SeenRequest, rng: Random): string {
  const options = [...asked.matchAll(/^([A-D])\. (.+)$/gm)].map(([, letter, text]) => ({ letter, text }));
  const guess = () => rng.pick(options).letter;
  const [, group = 'organs'] = /group "([^"]+)"/.exec(asked) ?? [];
  if (turns.length === 1) return asked.includes('VISTA3D') ? `<VISTA3D(${group})>` : guess();
  const [plain, drawn] = [turns[0].pictures[0], turns.at(-1)?.pictures[0]];
  const [, said = ''] = /The colors show: (.*)\.$/m.exec(asked) ?? [];
  const seen = [...said.matchAll(/(\w+) is ([^,]+)/g)].flatMap(([, colour, name]) => {
    const rgb = COLOURS.find((one) => one.name === colour)?.rgb;
    if (rgb === undefined || plain === undefined || drawn === undefined) return [];
    for (let at = 0; at < plain.width * plain.height; at++) {
      const grey = plain.data[at * plain.channels];
      if (
        rgb.every((part, c) => drawn.data[at * 3 + c] === Math.round(grey * (1 - OPACITY) + part * OPACITY))
      )
        return [name];
    }
    return [];
  });
  const named = options.filter(({ text }) => seen.some((name) => text.includes(name)));
  return named.length === 0 || rng.next() < 0.1 ? guess() : rng.pick(named).letter;
}

try {
  const { data, slices, items } = await buildItems();
  process.stdout.write(`${items} questions on ${slices.size} slices of real CT\n\n`);
  header('arm', 'accuracy', 'fixed', 'broken');
  let alone = '';
  for (const [name, right] of [
    ['expert right in 95 of 100 phrases', 0.95],
    ['expert right in 30 of 100 phrases (must not win)', 0.3],
  ] as const) {
    const { expert, close } = await startExpert(slices, right);
    const { report } = await simulatedArm(
      { seed, answer },
      {
        ...{ scratch: folder, data, experts: [expert] },
        readers: ['direct@compatible/sim', 'vila-m3@compatible/sim'],
      },
    );
    const { readers } = report;
    close();
    if (alone === '') {
      const [cell] = readers[0].overall;
      alone = countedCell(cell);
      row(`the reader alone (chance ${percent(cell.chance)})`, alone, '', '');
    }
    const { fixed, broken } = fixAndBreak(readers[0], readers[1]);
    row(name, countedCell(readers[1].overall[0]), percent(fixed), percent(broken));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
