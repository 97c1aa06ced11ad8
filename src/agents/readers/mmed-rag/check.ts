// The check of mmed-rag: planted findings in noisy films, reports of similar patients against none, and against any patient's.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../../../domain/content-hash.ts';
import type { CheckContext, CheckResult } from '../../../domain/method.ts';
import { type Random, random } from '../../../domain/random.ts';
import type { PublishedReport } from '../../../domain/report.ts';
import { greyAt, type SeenRequest, startSimulatedReader } from '../../../experts/testing/simulated-reader.ts';
import { encodePng } from '../../../imaging/write-png.ts';
import { type WrittenItem, writeItemsFile } from '../../checks/items-folder.ts';
import { cellOf } from '../../checks/report-cells.ts';
import { referencesIn, statedAnswer } from './stated.ts';

const FINDINGS = ['effusion', 'pneumothorax', 'consolidation', 'nodule', 'fracture', 'atelectasis'] as const;
const TILE = 8;
const ITEMS = 90;
const REPORTS = 120;

/**
 * The reader's declared error model. It looks at the tile of the finding that is asked about and takes it for the
 * opposite with probability `misread`; of each reference shown it takes what is stated about the finding, negation
 * heeded. It says yes when ln((1 − misread) / misread) for or against from its own look, and `trust` for or against
 * from each reference, add up to more than 0. Asked for the domain, it calls a grey picture radiology and a coloured
 * one pathology.
 */
export const READER = { misread: 0.35, trust: 0.5, present: 130 } as const;

/** Patients of one kind tend to have the same findings: that is why similar reports help. */
const KINDS: readonly (readonly number[])[] = [
  [0.9, 0.1, 0.1, 0.1, 0.1, 0.9],
  [0.1, 0.9, 0.1, 0.1, 0.9, 0.1],
  [0.1, 0.1, 0.9, 0.9, 0.1, 0.1],
  [0.1, 0.1, 0.1, 0.1, 0.1, 0.1],
];

type Findings = readonly boolean[];
const drawFindings = (rng: Random): Findings => rng.pick(KINDS).map((chance) => rng.next() < chance);

/** Bright tiles are findings; noise of 40 grey levels. */
async function film(findings: Findings, rng: Random): Promise<Uint8Array> {
  const width = TILE * FINDINGS.length;
  const data = new Uint8Array(width * TILE).map((_, at) => {
    const mean = findings[Math.floor((at % width) / TILE)] ? 180 : 80;
    return Math.max(0, Math.min(255, Math.round(mean + 40 * rng.normal())));
  });
  return encodePng({ width, height: TILE, channels: 1, data });
}

const reportOf = (findings: Findings): string =>
  FINDINGS.map((name, at) => (findings[at] ? `There is a ${name}.` : `No ${name} is seen.`)).join(' ');

/** What an encoder of films and reports would give: the findings, and noise. Never looked at by the reader. */
const embeddingOf = (findings: Findings, rng: Random, noise: number): number[] =>
  findings.map((present) => (present ? 1 : -1) + noise * rng.normal());

async function writeRelease(folder: string, rng: Random): Promise<void> {
  await mkdir(folder, { recursive: true });
  const items: WrittenItem[] = [];
  const vectors: string[] = [];
  for (let at = 0; at < ITEMS; at++) {
    const findings = drawFindings(rng);
    const png = await film(findings, rng);
    await writeFile(join(folder, `film-${at}.png`), png);
    vectors.push(JSON.stringify({ image: sha256(png), embedding: embeddingOf(findings, rng, 0.5) }));
    const asked = at % FINDINGS.length;
    items.push({
      ...{ id: `item-${at}`, patient: `patient-${at}`, pictures: [`film-${at}.png`] },
      question: `Is there a ${FINDINGS[asked]} in the film?`,
      options: at % 2 === 0 ? ['yes', 'no'] : ['no', 'yes'],
      answer: findings[asked] ? 'yes' : 'no',
    });
  }
  const passages: string[] = [];
  for (let at = 0; at < REPORTS; at++) {
    const findings = drawFindings(rng);
    // Every report is worded apart by its number, so that none repeats another.
    const text = `Film ${at} of the series ${at * 7919}, read on day ${at * 31}. ${reportOf(findings)}`;
    vectors.push(JSON.stringify({ text, embedding: embeddingOf(findings, rng, 0.2) }));
    passages.push(JSON.stringify({ id: `report-${at}`, text, domain: 'radiology', patient: `other-${at}` }));
  }
  await writeItemsFile(folder, items);
  await writeFile(join(folder, 'vectors.jsonl'), `${vectors.join('\n')}\n`);
  await mkdir(join(folder, 'reports'), { recursive: true });
  await writeFile(join(folder, 'reports', 'reports.jsonl'), `${passages.join('\n')}\n`);
}

/** What the simulated reader replies: from the pictures and words sent to it, nothing else. */
export function simulatedReply({ asked, pictures, turns }: SeenRequest, rng: Random): string {
  const last = turns.findLast(({ role }) => role === 'user')?.text ?? '';
  if (/To which of these domains/.test(last)) return pictures[0]?.channels === 1 ? 'radiology' : 'pathology';
  const question = /Is there a \w+ in the film\?/.exec(last)?.[0] ?? '';
  const place = FINDINGS.findIndex((name) => question.includes(name));
  const [picture] = pictures;
  let evidence = 0;
  if (picture !== undefined && place >= 0) {
    let sum = 0;
    for (let y = 0; y < TILE; y++) for (let x = 0; x < TILE; x++) sum += greyAt(picture, place * TILE + x, y);
    const bright = sum / TILE ** 2 > READER.present;
    const seen = rng.next() < READER.misread ? !bright : bright;
    evidence += (seen ? 1 : -1) * Math.log((1 - READER.misread) / READER.misread);
  }
  for (const reference of referencesIn(last)) {
    const stated = statedAnswer(reference, question);
    if (stated !== undefined) evidence += stated === 'yes' ? READER.trust : -READER.trust;
  }
  const word = evidence > 0 ? 'yes' : 'no';
  return new RegExp(`^([A-Z])[.:] ${word}$`, 'm').exec(asked)?.[1] ?? word;
}

/** What the second reader gains over the first, with its interval. */
function gainOf({ readers, pairs }: PublishedReport): { readonly wins: boolean; readonly words: string } {
  const [pair] = pairs;
  if (pair === undefined || pair.ci95 === null) return { wins: false, words: 'unknown' };
  const sign = pair.a === readers[1].reader ? 1 : -1;
  const [low, high] = sign === 1 ? pair.ci95 : [-pair.ci95[1], -pair.ci95[0]];
  return {
    wins: low > 0,
    words: `${(sign * pair.difference).toFixed(3)} (95 % ${low.toFixed(3)} to ${high.toFixed(3)})`,
  };
}

export async function check(context: CheckContext): Promise<Omit<CheckResult, 'method' | 'seconds'>> {
  const folder = join(context.scratch, 'films');
  await writeRelease(folder, random(context.seed, 'mmed-rag'));
  const server = await startSimulatedReader({ seed: context.seed, answer: simulatedReply });
  try {
    const corpus = `retrieve=passages:${join(folder, 'reports').replaceAll(',', ',,')}`;
    const reading = (how: string) =>
      context.readRelease({
        ...{ benchmark: 'own-items', data: folder, server: server.url },
        readers: ['direct@compatible/sim', 'mmed-rag@compatible/sim'],
        experts: [`${corpus},${how}`],
      });
    const embed = `embed=embeddings/${join(folder, 'vectors.jsonl').replaceAll(',', ',,')}`;
    const similar = await reading(`method=vectors,${embed}`);
    const any = await reading('method=random');
    const [alone, beside] = [cellOf(similar, 0), cellOf(similar, 1)];
    const [gain, anyGain] = [gainOf(similar), gainOf(any)];
    return {
      passed: gain.wins && !anyGain.wins,
      baseline: { name: 'the same reader without references, accuracy', value: alone.score ?? 0 },
      result: { name: 'mmed-rag, accuracy', value: beside.score ?? 0 },
      ...(beside.ci95 === null ? {} : { ci95: beside.ci95 }),
      mustNotWin: {
        regime: 'references of patients drawn at random',
        value: cellOf(any, 1).score ?? 0,
        against: cellOf(any, 0).score ?? 0,
        held: !anyGain.wins,
      },
      detail:
        `synthetic films, ${ITEMS} items, chance 0.5; the reader misreads its own film in ${100 * READER.misread} % and ` +
        `weighs each reference's statement by ${READER.trust}; gain ${gain.words} with similar reports, ` +
        `${anyGain.words} with any`,
    };
  } finally {
    await server.close();
  }
}
