// A small archive of invented chest reports in Open-i's XML, with a picture each.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { random } from '../../../domain/random.ts';
import { tarEnd, tarEntry } from '../../../records/tar-writer.ts';
import { writeShaded } from '../../fixture-picture.ts';
import type { Fixture } from '../../published.ts';

const CLAIMS = [
  'Moderate cardiomegaly',
  'Patchy opacity',
  'A round nodule',
  'Interstitial edema',
  'Dense consolidation',
  'Streaky atelectasis',
  'A small pneumothorax',
  'A layering pleural effusion',
  'Pleural thickening',
  'A rib fracture',
  'A venous catheter',
  'Wide superior mediastinum, mediastinal widening',
];
const PLACES = ['right', 'left'];

const tagged = (name: string, text: string) => `<${name}>${text}</${name}>`;

/** Writes NLMCXR_reports.tgz with one examination for each item. */
export async function writeFixture(
  folder: string,
  { items, seed }: { readonly items: number; readonly seed: string },
): Promise<Fixture> {
  const rng = random(seed, 'iu-xray-reports');
  await mkdir(folder, { recursive: true });
  const entries: Uint8Array[] = [];
  for (let at = 1; at <= items; at++) {
    const [one, two] = [rng.int(CLAIMS.length), rng.int(CLAIMS.length)];
    const sentence = (claim: number) =>
      `${CLAIMS[claim]} is seen on the ${rng.pick(PLACES)}, ${2 + rng.int(90)} mm &lt; ${100 + rng.int(900)} mm.`;
    const findings = [...new Set([one, two])].map(sentence).join(' ');
    const xml = [
      '<?xml version="1.0" encoding="utf-8"?>',
      '<eCitation>',
      `<uId id="CXR${at}"/>`,
      tagged('ccLicense', 'byncnd'),
      '<Abstract>',
      '<AbstractText Label="COMPARISON">None.</AbstractText>',
      '<AbstractText Label="INDICATION">Cough</AbstractText>',
      `<AbstractText Label="FINDINGS">${findings}</AbstractText>`,
      `<AbstractText Label="IMPRESSION">Examination ${1000 + rng.int(9000)}: ${CLAIMS[one]}.</AbstractText>`,
      '</Abstract>',
      tagged('MeSH', tagged('major', 'Opacity/lung')),
      `<parentImage id="CXR${at}_1_IM-${at}"></parentImage>`,
      '</eCitation>',
    ].join('\n');
    entries.push(tarEntry(`ecgen-radiology/${at}.xml`, Buffer.from(xml)));
    const picture = join(folder, 'NLMCXR_png', `CXR${at}_1_IM-${at}.png`);
    await writeShaded(picture, at % 2 === 0 ? 'bright' : 'dark', rng);
  }
  await writeFile(join(folder, 'NLMCXR_reports.tgz'), gzipSync(Buffer.concat([...entries, tarEnd()])));
  return { items };
}
