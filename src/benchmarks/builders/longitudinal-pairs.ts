// Longitudinal pairs on anybody's graded visits: what became of a region, with the earlier report beside the films.
import { basename, dirname } from 'node:path';
import * as z from 'zod';
import { gradeOf, type PairItem, pairItems, regionKey, type Visit } from '../../agents/readers/mag/pairs.ts';
import { syntheticVisits } from '../../agents/readers/mag/synthetic.ts';
import { OverreadError } from '../../domain/errors.ts';
import { shownPicture } from '../../imaging/shown-picture.ts';
import { encodePng } from '../../imaging/write-png.ts';
import { pseudonym, readSecret, secretFromSeed } from '../../privacy/pseudonym.ts';
import { openData, readWhole } from '../../records/data-root.ts';
import type { DataRoot } from '../../records/source.ts';
import type { Builder, BuildRequest } from '../builder.ts';
import { type BuiltFolder, buildFolder, skippedOf, tally } from '../built-folder.ts';
import { ITEMS_FILE } from '../published/own-items/format.ts';
import { isTable, optionalCell, tableRows, textCell } from '../table-rows.ts';

const grade = z.union([z.number(), z.string()]);

/** A visit, or one region of it: rows of the same study are put together. */
const row = z.object({
  patient: textCell,
  study: textCell,
  date: z.union([z.number(), z.string()]).optional(),
  report: optionalCell,
  region: optionalCell,
  grade: grade.nullish(),
  /** All regions at once: an object, or "region=grade; region=grade". */
  findings: z.union([z.record(z.string(), grade), z.string()]).nullish(),
  picture: optionalCell,
  pictures: z.array(z.string()).nullish(),
});

const longitudinalPairs: Builder = {
  id: 'longitudinal-pairs',
  kind: 'builder',
  summary: 'questions on what became of a region between two visits, with earlier reports as materials',
  paper: {
    title: 'MMXU: A Multi-Modal and Multi-X-ray Understanding Dataset for Disease Progression',
    arxiv: '2502.11651',
    year: 2025,
  },
  command: 'overread make longitudinal-pairs STUDIES.jsonl --out DIR',
  needs: ['a table of visits with reports and graded regions, or --synthetic N'],
  writes: 'own-items',
  options: [
    { name: 'synthetic', value: 'N', about: 'make N synthetic patients; SOURCE is then any word' },
    { name: 'synthetic-visits', value: 'N', about: 'visits of each synthetic patient', default: '2' },
    { name: 'visits', value: 'N', about: 'earlier visits whose reports come along', default: '1' },
    { name: 'secret', value: 'FILE', about: 'secret of the pseudonyms; default: derived from the seed' },
    {
      name: 'with-other',
      value: 'yes',
      about: 'add another patient’s earlier report, for mag’s control history=other',
    },
    { name: 'train', value: 'SHARE', about: 'share of the patients', default: '0.6' },
    { name: 'validation', value: 'SHARE', about: 'share of the patients', default: '0.2' },
  ],
  async build(request) {
    const one = (name: string): string | undefined => request.options[name]?.[0];
    const share = (name: string, usual: number) =>
      numberOption(name, one(name), usual, (n) => n >= 0 && n <= 1, 'a share from 0 to 1');
    const count = (name: string, usual: number, least: number) =>
      numberOption(name, one(name), usual, (n) => Number.isInteger(n) && n >= least, 'a whole number');
    const patients = one('synthetic') === undefined ? undefined : count('synthetic', 1, 1);
    const shares = { train: share('train', 0.6), validation: share('validation', 0.2) };
    if (shares.train + shares.validation > 1)
      throw new OverreadError(
        'bad-argument',
        'The shares --train and --validation are more than 1 together.',
      );
    const secretFile = one('secret');
    const secret = secretFile === undefined ? secretFromSeed(request.seed) : readSecret(secretFile);
    const skipped = tally();
    return buildFolder(request.out, async (folder) => {
      const source =
        patients === undefined
          ? await visitsOfTable(request, (reason) => skipped.add(reason))
          : syntheticSource(request.seed, patients, count('synthetic-visits', 2, 2));
      const films = filmNames(source.visits);
      const items = pairItems(source.visits, {
        seed: request.seed,
        patientName: (patient) => pseudonym(secret, 'patient', patient),
        pictureNames: (visit) => films.get(visit) ?? [],
        keepChange: request.protocol === 'published',
        visits: count('visits', 1, 1),
        withOther: one('with-other') !== undefined,
        shares,
        facets: { source: patients === undefined ? 'own' : 'synthetic' },
        skip: (reason) => skipped.add(reason),
      });
      if (items.length === 0)
        throw new OverreadError(
          'mask-empty',
          `No pair could be made: ${Object.keys(skipped.counts())[0] ?? 'the source holds no visit'}.`,
        );
      const shown = new Set(items.flatMap(({ pictures }) => pictures));
      for (const [visit, names] of films)
        for (const [at, name] of names.entries())
          if (shown.has(name)) await folder.write(name, await source.picture(visit, at));
      await writeItems(folder, items);
      const counts = tally();
      for (const { answer, split } of items) {
        counts.add(`change: ${answer}`);
        counts.add(`split: ${split}`);
      }
      return { items: items.length, counts: counts.counts(), skipped: skippedOf(skipped.counts()) };
    });
  },
  check: async (context) => {
    const { checkLongitudinalPairs } = await import('../longitudinal/check.ts');
    return checkLongitudinalPairs(longitudinalPairs, context);
  },
};
export default longitudinalPairs;

interface VisitSource {
  readonly visits: readonly Visit[];
  picture(visit: Visit, at: number): Promise<Uint8Array>;
}

function syntheticSource(seed: string, patients: number, visits: number): VisitSource {
  const made = syntheticVisits({ seed, patients, visits });
  const films = new Map<Visit, (typeof made)[number]['film']>(made.map((visit) => [visit, visit.film]));
  return {
    visits: made,
    async picture(visit) {
      const film = films.get(visit);
      if (film === undefined) throw new TypeError('A synthetic visit has one film.');
      return encodePng(film);
    },
  };
}

/** Numbers in the order of the visits: a file name of the source may hold an identifier. */
function filmNames(visits: readonly Visit[]): Map<Visit, string[]> {
  let next = 0;
  return new Map(
    visits.map((visit) => [visit, visit.pictures.map(() => `films/${String(++next).padStart(6, '0')}.png`)]),
  );
}

async function writeItems(folder: BuiltFolder, items: readonly PairItem[]): Promise<void> {
  await folder.write(ITEMS_FILE, items.map((item) => `${JSON.stringify(item)}\n`).join(''));
}

interface Gathered {
  readonly patient: string;
  readonly study: string;
  readonly order: number | string;
  report: string;
  readonly grades: Record<string, number>;
  readonly pictures: string[];
}

/** The visits of a table; pictures are named from the table's folder. */
async function visitsOfTable(
  { source, signal }: Pick<BuildRequest, 'source' | 'signal'>,
  skip: (reason: string) => void,
): Promise<VisitSource> {
  const whole = await openData(source);
  const tables = (await whole.list()).filter(isTable);
  // A table by itself: its pictures lie beside it.
  const alone = tables.length === 1 && tables[0] === basename(source);
  const data: DataRoot = alone ? await openData(dirname(source)) : whole;
  if (tables.length === 0)
    throw new OverreadError(
      'format-unsupported',
      'There is no table of visits: give JSON lines, JSON, CSV, TSV or Parquet.',
    );
  const studies = new Map<string, Gathered>();
  for await (const { row: read } of tableRows(data, tables, row, { signal })) {
    const key = JSON.stringify([read.patient, read.study]);
    const order = orderOf(read.date, studies.size);
    const visit: Gathered = studies.get(key) ?? {
      patient: read.patient,
      study: read.study,
      order,
      report: '',
      grades: {},
      pictures: [],
    };
    studies.set(key, visit);
    if (visit.report === '') visit.report = read.report;
    for (const [region, written] of findingsOf(read)) {
      const value = gradeOf(written);
      if (value === undefined) skip(`"${String(written).slice(0, 40)}" is no grade`);
      else visit.grades[regionKey(region)] = value;
    }
    for (const name of [...(read.pictures ?? []), ...read.picture.split(';')].map((text) => text.trim()))
      if (name !== '' && !visit.pictures.includes(name)) visit.pictures.push(name);
  }
  return {
    visits: [...studies.values()],
    async picture({ pictures }, at) {
      const name = pictures[at];
      const { bytes, mediaType } = await shownPicture(await readWhole(data, name), name);
      if (mediaType === 'image/png') return bytes;
      const { rasterOfBytes } = await import('../../imaging/picture-bytes.ts');
      return encodePng(await rasterOfBytes(bytes));
    },
  };
}

/** Dates as ISO text or numbers sort by themselves; without any, rows are in order. */
function orderOf(date: string | number | undefined, at: number): number | string {
  if (date === undefined || date === '') return at;
  const value = Number(date);
  return Number.isFinite(value) ? value : String(date);
}

function* findingsOf({
  region,
  grade: one,
  findings,
}: z.infer<typeof row>): Generator<[string, string | number]> {
  if (region !== '' && one !== null && one !== undefined && one !== '') yield [region, one];
  if (findings === null || findings === undefined) return;
  if (typeof findings !== 'string') {
    yield* Object.entries(findings);
    return;
  }
  for (const part of findings.split(';')) {
    const at = part.lastIndexOf('=');
    if (at > 0) yield [part.slice(0, at).trim(), part.slice(at + 1).trim()];
    else if (part.trim() !== '')
      throw new OverreadError(
        'file-corrupt',
        `Findings are written "region=grade; region=grade", not "${part.trim().slice(0, 40)}".`,
      );
  }
}

function numberOption(
  name: string,
  given: string | undefined,
  usual: number,
  fits: (value: number) => boolean,
  what: string,
): number {
  const value = given === undefined ? usual : Number(given);
  if (fits(value)) return value;
  throw new OverreadError('bad-argument', `Give --${name} as ${what}, not "${given ?? ''}".`);
}
