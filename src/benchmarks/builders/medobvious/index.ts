// Grids in MedObvious's manner from anybody's labelled pictures: one tile does not belong, or all do.
import { OverreadError } from '../../../domain/errors.ts';
import { random } from '../../../domain/random.ts';
import { encodePng } from '../../../imaging/write-png.ts';
import type { Builder, BuildRequest, BuildSummary } from '../../builder.ts';
import { type BuiltFolder, buildFolder, skippedOf, tally } from '../../built-folder.ts';
import { type CaseSpec, caseTasks } from '../../published/medobvious/tasks.ts';
import { gridsCheck } from './check.ts';
import { BROAD, NORMAL, type PlannedCase, planGrids, sideOf, TIER_ABOUT, TIERS, type Tier } from './plan.ts';
import {
  type GridPicture,
  type GridSource,
  gridPictures,
  gridSource,
  LABELS,
  listedSources,
} from './sources.ts';
import { boxed, FITS, type Fit, gridOf, squareTile } from './tiles.ts';

const one = (request: BuildRequest, name: string): string | undefined => request.options[name]?.at(-1);

function among<T extends string>(name: string, text: string, known: readonly T[]): T {
  const found = known.find((value) => value === text);
  if (found !== undefined) return found;
  throw new OverreadError('bad-argument', `Give --${name} as one of ${known.join(', ')}, not "${text}".`);
}

function whole(name: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= low && value <= high) return value;
  throw new OverreadError('bad-argument', `Give --${name} as a whole number from ${low} to ${high}.`);
}

/** NAME=VALUE options as an object. */
function pairs(request: BuildRequest, name: string): Record<string, string> {
  return Object.fromEntries(
    (request.options[name] ?? []).map((text) => {
      const at = text.indexOf('=');
      if (at < 1) throw new OverreadError('bad-argument', `Give --${name} as NAME=VALUE, not "${text}".`);
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

async function sourcesOf(request: BuildRequest): Promise<GridSource[]> {
  const listed = await listedSources(request.source);
  if (listed !== undefined) return listed;
  const constants = ['table', 'classes', 'licence', ...LABELS].flatMap((name) => {
    const value = one(request, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  const found = gridSource.safeParse({
    path: request.source,
    columns: pairs(request, 'column'),
    names: pairs(request, 'class'),
    ...Object.fromEntries(constants),
  });
  if (found.success) return [found.data];
  const [issue] = found.error.issues;
  throw new OverreadError('bad-argument', `--${issue.path.join(' ')} is wrong (${issue.message}).`);
}

const SPLITS = ['train', 'validation', 'test'] as const;

/** Pictures dealt anew to splits by shares such as "train=0.6,test=0.4", those of one patient to the same one. */
function dealt(pictures: readonly GridPicture[], request: BuildRequest): readonly GridPicture[] {
  const text = one(request, 'split');
  if (text === undefined) return pictures;
  const shares = text.split(',').map((part) => {
    const [name, share] = part.split('=');
    return [among('split', name.trim(), SPLITS), Number(share)] as const;
  });
  const total = shares.reduce((sum, [, share]) => sum + share, 0);
  if (!shares.every(([, share]) => share >= 0) || Math.abs(total - 1) > 1e-9)
    throw new OverreadError('bad-argument', 'Give --split as shares that add up to 1: train=0.6,test=0.4.');
  return pictures.map((picture) => {
    let left = random(request.seed, 'split', picture.patient ?? picture.id).next();
    const found = shares.find(([, share]) => {
      left -= share;
      return left < 0;
    });
    return { ...picture, split: (found ?? shares[0])[0] };
  });
}

const slug = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_|_$/g, '')
    .slice(0, 32);

function specOf(planned: PlannedCase): CaseSpec {
  const { tier, n, split, oddKind, commonKind, oddAt, boxAt, tiles, alike } = planned;
  const licences = new Set([...tiles, ...alike].flatMap(({ licence }) => licence ?? []));
  return {
    ...{ tier, split, oddAt, boxAt, odd: oddKind, common: commonKind, side: sideOf(tier) },
    id: `${tier}_${slug(oddKind)}_vs_${slug(commonKind)}_${n}`,
    ...(licences.size === 0 ? {} : { licence: [...licences].sort().join('; ') }),
  };
}

/** Writes the four grids of a case; returns the lines that say which tile came from where. */
async function writeGrids(
  folder: BuiltFolder,
  planned: PlannedCase,
  spec: CaseSpec,
  { tile, fit }: { tile: number; fit: Fit },
): Promise<string[]> {
  const { side } = spec;
  const drawn = (pictures: readonly GridPicture[]) =>
    Promise.all(pictures.map(async ({ load, id }) => squareTile(await load(), tile, fit, id)));
  const grid = gridOf(await drawn(planned.tiles), side);
  const images = {
    grid: [grid, planned.tiles],
    neg_grid: [gridOf(await drawn(planned.alike), side), planned.alike],
    vis_pos: [boxed(grid, spec.oddAt, side), planned.tiles],
    vis_neg: [boxed(grid, spec.boxAt, side), planned.tiles],
  } as const;
  const lines: string[] = [];
  for (const [name, [raster, pictures]] of Object.entries(images)) {
    const image = `${spec.tier}/images/${spec.id}_${name}.png`;
    await folder.write(image, await encodePng(raster));
    const tiles = pictures.map(({ id, hash, labels, licence }) => ({
      picture: id,
      sha256: hash,
      labels,
      licence,
    }));
    const odd = pictures === planned.tiles ? spec.oddAt : null;
    const box = name === 'vis_pos' ? spec.oddAt : name === 'vis_neg' ? spec.boxAt : null;
    lines.push(JSON.stringify({ image, split: spec.split, odd, box, tiles }));
  }
  return lines;
}

/** "modality ultrasound; finding benign (12), malignant (9)", the commonest first. */
function kindsOf(pictures: readonly GridPicture[]): string {
  const said = LABELS.flatMap((label) => {
    const counts = new Map<string, number>();
    for (const { labels } of pictures) {
      const value = labels[label];
      if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    const kinds = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
    if (kinds.length === 0) return [];
    const shown = kinds.slice(0, 5).map(([value, count]) => `${value} (${count})`);
    return [`${label} ${shown.join(', ')}${kinds.length > shown.length ? ' …' : ''}`];
  });
  return said.join('; ');
}

async function build(request: BuildRequest): Promise<BuildSummary> {
  const { protocol, seed, progress, signal } = request;
  const tiers = (one(request, 'tiers') ?? TIERS.join(','))
    .split(',')
    .map((tier) => among('tiers', tier.trim(), TIERS));
  const cases = whole('cases', one(request, 'cases') ?? '20', 1, 100_000);
  const tile = whole('tile', one(request, 'tile') ?? '256', 16, 2048);
  const fit = among('fit', one(request, 'fit') ?? 'pad', FITS);
  const sources = await sourcesOf(request);
  progress.start('Reading pictures');
  const { pictures, skipped } = await gridPictures(sources, signal, () => progress.advance(1));
  progress.finish(`${pictures.length} pictures`);
  const plan = planGrids(dealt(pictures, request), {
    ...{ tiers, cases, protocol, seed },
    broad: request.options.broad ?? BROAD,
    normal: request.options.normal ?? NORMAL,
  });
  if (plan.cases.length === 0)
    throw new OverreadError(
      'bad-argument',
      pictures.length === 0
        ? 'No grid can be made: there are no labelled pictures.'
        : `No grid can be made of what these pictures are (${kindsOf(pictures)}): each tier needs two kinds of one label with enough pictures${tiers.includes('v5') ? ', v5 a normal finding (--normal NAME)' : ''}; "overread help make medobvious" describes the tiers.`,
    );
  const counts = tally();
  progress.start('Making grids', plan.cases.length);
  const built = await buildFolder(request.out, async (folder) => {
    const rows: string[] = [];
    const tiles: string[] = [];
    for (const planned of plan.cases) {
      signal.throwIfAborted();
      const spec = specOf(planned);
      tiles.push(...(await writeGrids(folder, planned, spec, { tile, fit })));
      for (const row of caseTasks(spec, protocol)) {
        counts.add(spec.tier);
        counts.add(row.task_type);
        rows.push(JSON.stringify(row));
      }
      progress.advance(1, spec.id);
    }
    await folder.write('all_tasks.jsonl', `${rows.join('\n')}\n`);
    await folder.write('tiles.jsonl', `${tiles.join('\n')}\n`);
    return { items: rows.length };
  });
  progress.finish(`${built.items} tasks`);
  const reasons = Object.fromEntries([...skipped, ...plan.skipped]);
  return { ...built, counts: counts.counts(), skipped: skippedOf(reasons) };
}

const tierList = TIERS.map((tier: Tier) => `${tier} ${TIER_ABOUT[tier]}`).join('; ');

const medobviousGrids: Builder = {
  id: 'medobvious',
  kind: 'builder',
  writes: 'medobvious',
  summary: 'grids of one’s own labelled pictures in which one tile does not belong, or all do',
  paper: { title: 'MedObvious', arxiv: '2603.22286', year: 2026 },
  command: 'overread make medobvious SOURCE --out DIR --classes finding --modality ultrasound',
  needs: ['labelled pictures of at least two kinds: folders, an archive, a table, or a list of such sources'],
  options: [
    {
      name: 'classes',
      value: 'LABEL',
      about: 'what folders or classes say: modality, anatomy, view or finding',
    },
    { name: 'class', value: 'CLASS=NAME', about: 'how a class is called', repeatable: true },
    { name: 'table', value: 'FILE', about: 'table of labels within the source' },
    {
      name: 'column',
      value: 'FIELD=COLUMN',
      about: 'column of picture, patient, modality, anatomy, view, finding, split or licence',
      repeatable: true,
    },
    { name: 'modality', value: 'NAME', about: 'of all pictures' },
    { name: 'anatomy', value: 'NAME', about: 'of all pictures' },
    { name: 'view', value: 'NAME', about: 'of all pictures' },
    { name: 'finding', value: 'NAME', about: 'of all pictures' },
    { name: 'licence', value: 'TERMS', about: 'of all pictures, carried into every item' },
    {
      name: 'normal',
      value: 'NAME',
      about: 'finding that counts as normal',
      default: NORMAL.join(', '),
      repeatable: true,
    },
    {
      name: 'broad',
      value: 'NAME',
      about: 'modality of another family',
      default: BROAD.join(', '),
      repeatable: true,
    },
    {
      name: 'split',
      value: 'SHARES',
      about: 'deals pictures anew: train=0.6,test=0.4; else as their source has it',
    },
    { name: 'tiers', value: 'LIST', about: tierList, default: TIERS.join(',') },
    {
      name: 'cases',
      value: 'N',
      about: 'cases of each tier and split, with eight tasks each',
      default: '20',
    },
    { name: 'tile', value: 'PIXELS', about: 'edge of a tile', default: '256' },
    { name: 'fit', value: 'HOW', about: 'pad: black beside a picture; crop: its middle', default: 'pad' },
  ],
  build,
  check: gridsCheck(() => medobviousGrids),
};
export default medobviousGrids;
