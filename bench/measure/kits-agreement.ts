// All KiTS masks: our strict measurements against an independent scipy script, and against the reported tumour size.
// npx node bench/measure/kits-agreement.ts [FOLDER] [--limit N] [--no-figure]
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { quantityOf, regionOf } from '../../src/domain/measurement.ts';
import { openAnnotation } from '../../src/imaging/open.ts';
import { measureCase } from '../../src/measure/measure.ts';
import { annotationOf, kitsCases, oncePerPatient } from './kits-cases.ts';
import { type Difference, differences, runPeer } from './peer.ts';
import { drawSizes } from './size-figure.ts';
import { agreement, type Pair } from './statistics.ts';

const ALLOWED: Readonly<Record<Difference['kind'], number>> = {
  'volume %': 0.1,
  'diameter mm': 0.1,
  'chord mm': 0.1,
  HU: 0.05,
  name: 0,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { limit: { type: 'string' }, 'no-figure': { type: 'boolean', default: false } },
});
const folder = positionals[0] ?? fileURLToPath(new URL('../../../shared/data/kits-masks', import.meta.url));
const cases = kitsCases(folder).slice(0, Number(values.limit ?? Infinity));

const peers = new Map(
  (
    await runPeer({
      cases: cases.map(({ mask, labels }) => ({ mask, labels })),
      chords: true,
      minInstanceMm3: 10,
    })
  ).map((result) => [result.mask, result]),
);

const worst = new Map<string, { by: number; what: string; n: number }>();
const failures: string[] = [];
const sizes: (Pair & { id: string; mask: string; labels: Readonly<Record<string, number>> })[] = [];
let instances = 0;
for (const one of cases) {
  const raw = await openAnnotation(one.mask);
  const set = measureCase(annotationOf(raw, one.labels), undefined, { rules: 'strict' });
  const peer = peers.get(one.mask);
  if (peer === undefined) throw new Error(`the peer skipped ${one.id}`);
  instances += regionOf(set, 'kidney_lesion')?.instances.length ?? 0;
  for (const difference of differences(set, peer)) {
    const known = worst.get(difference.kind) ?? { by: -1, what: '', n: 0 };
    worst.set(difference.kind, {
      n: known.n + 1,
      ...(difference.by > known.by
        ? { by: difference.by, what: `${one.id} ${difference.what}` }
        : { by: known.by, what: known.what }),
    });
    if (difference.by > ALLOWED[difference.kind])
      failures.push(`${one.id} ${difference.what}: ours ${difference.ours}, scipy ${difference.peers}`);
  }
  const largest = regionOf(set, 'kidney_tumor')?.instances[0];
  const diameter = largest && quantityOf(largest, 'longest-axial-diameter')?.value;
  if (typeof diameter === 'number' && one.radiographicCm !== undefined)
    sizes.push({ ...one, measured: diameter / 10, reported: one.radiographicCm });
}

const say = (line: string) => process.stdout.write(`${line}\n`);
say(`${cases.length} masks, ${instances} lesion instances against nibabel + scipy + scikit-image`);
for (const [kind, { n, by, what }] of worst)
  say(`  ${kind}: ${n} compared, largest difference ${by.toPrecision(3)} (${what})`);
say(
  failures.length === 0
    ? '  all within 0.1 mm, 0.1 % and 0.05 HU'
    : `  ${failures.length} outside the limits`,
);
for (const failure of failures.slice(0, 40)) say(`    ${failure}`);

const patients = oncePerPatient(sizes.map((size) => ({ ...size, radiographicCm: size.reported })));
say(`\nLargest tumour's longest axial diameter against the reported size, ${patients.length} patients`);
if (patients.length >= 3) {
  for (const { name, value, ci95 } of agreement(patients, 'kits-sizes'))
    say(`  ${name}: ${value.toFixed(3)} (95 % interval ${ci95[0].toFixed(3)} to ${ci95[1].toFixed(3)})`);
  const outliers = patients
    .filter(
      ({ measured, reported }) => Math.abs(measured - reported) > Math.min(1.5, Math.max(1, 0.3 * reported)),
    )
    .sort((a, b) => Math.abs(b.measured - b.reported) - Math.abs(a.measured - a.reported));
  say('  more than 1.5 cm apart, or 1 cm and 30 %:');
  for (const { id, measured, reported } of outliers)
    say(`    ${id}: ours ${measured.toFixed(2)} cm, reported ${reported.toFixed(2)} cm`);
  if (!values['no-figure'])
    await drawSizes(
      patients,
      outliers,
      fileURLToPath(new URL('../../docs/figures/kits-tumour-size', import.meta.url)),
    );
}
if (failures.length > 0) process.exitCode = 1;
