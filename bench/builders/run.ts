// Builders on real masks and boxes, their outputs against independent counts by scipy, OpenCV and nibabel.
// npx node bench/builders/run.ts --data DATA [--python python3] [--no-write]
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Builder, BuildSummary } from '../../src/benchmarks/builder.ts';
import { builders } from '../../src/benchmarks/builders/registry.generated.ts';
import { progressBar } from '../../src/cli/progress-bar.ts';
import type { Protocol } from '../../src/domain/report.ts';
import { table, writeSection } from '../masks/section.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    python: { type: 'string', default: 'python3' },
    write: { type: 'boolean', default: true },
  },
  allowNegative: true,
});
const data = values.data ?? '';
if (!existsSync(join(data, 'kits-masks'))) {
  process.stderr.write(
    'Give --data, a folder with ct-abdomen-totalseg, sts-ct-pet-mr, kits-masks and blood-cells-bccd.\n',
  );
  process.exit(2);
}
const plugins = builders as Readonly<Record<string, Builder>>;
const scratch = mkdtempSync(join(tmpdir(), 'overread-builders-'));
const python = (script: string, ...given: string[]): Record<string, number> =>
  JSON.parse(
    execFileSync(values.python, [fileURLToPath(new URL(script, import.meta.url)), ...given], {
      maxBuffer: 1 << 26,
    }).toString(),
  ) as Record<string, number>;
let at = 0;
async function build(
  id: string,
  source: string,
  options: Record<string, string[]>,
  protocol: Protocol = 'strict',
) {
  const out = join(scratch, `${id}-${++at}`);
  const summary = await plugins[id].build({
    source,
    out,
    seed: '0',
    protocol,
    options,
    progress: progressBar(process.stderr),
    signal: new AbortController().signal,
  });
  return { out, summary };
}

const rows: string[][] = [];
const skips: string[] = [];
let differing = 0;
function report(
  what: string,
  source: string,
  summary: BuildSummary,
  found: Record<string, number>,
  compared: string,
): void {
  const differences = Object.entries(found)
    .filter(([name]) => name.endsWith('differences') || name === 'unknown')
    .reduce((sum, [, n]) => sum + n, 0);
  differing += differences;
  rows.push([what, source, String(summary.items), compared, String(differences)]);
  for (const { reason, count } of summary.skipped) skips.push(`${what}, ${source}: ${count} × ${reason}`);
}

try {
  const bccd = join(data, 'blood-cells-bccd');
  for (const protocol of ['strict', 'published'] as const) {
    const { out, summary } = await build('point-detect-count', bccd, {}, protocol);
    const found = python('voc_count.py', join(bccd, 'annotations'), join(out, 'rows.jsonl'));
    report(
      `point-detect-count, ${protocol}`,
      'BCCD, 16 pictures',
      summary,
      found,
      'counts by label, area of boxes',
    );
  }

  const ct = join(data, 'ct-abdomen-totalseg');
  const seg = join(ct, 'example_seg.nii.gz');
  const scan = { image: [join(ct, 'example_ct_sm.nii.gz')], mask: [seg], scheme: ['totalsegmentator'] };
  const kits = join(data, 'kits-masks');
  const sts = join(data, 'sts-ct-pet-mr');
  for (const protocol of ['strict', 'published'] as const)
    for (const [name, source, options] of [
      ['TotalSegmentator, 1 CT', ct, scan],
      ['STS, 2 patients, CT, MR, PET', sts, { label: ['1=sarcoma'], lesion: ['sarcoma'] }],
      ['KiTS, 15 masks', kits, { 'plan-only': ['yes'] }],
    ] as const) {
      const { out, summary } = await build(
        'medvision',
        source,
        options as Record<string, string[]>,
        protocol,
      );
      const found = python('medvision_scipy.py', out, protocol, kits);
      const axes = found.ellipses > 0 ? `, axes within ${found.axis_error_mm.toExponential(0)} mm` : '';
      report(
        `medvision, ${protocol}`,
        name,
        summary,
        { box_differences: found.box_differences, area_differences: found.area_differences },
        `${found.boxes} boxes, ${found.areas} areas, ${found.ellipses} ellipses${axes}`,
      );
    }

  const names = join(scratch, 'names.json');
  const tasks = await build('region-tasks', ct, scan);
  report(
    'region-tasks',
    'TotalSegmentator, 1 CT',
    tasks.summary,
    python(
      'regions_scipy.py',
      'tasks',
      join(tasks.out, 'regions.jsonl'),
      join(ct, 'labels_total.json'),
      `example_seg=${seg}`,
    ),
    'boxes of every name',
  );
  writeFileSync(names, JSON.stringify({ 1: 'sarcoma' }));
  const sarcoma = await build('region-tasks', sts, { label: ['1=sarcoma'] });
  report(
    'region-tasks',
    'STS, 2 patients, CT, MR, PET',
    sarcoma.summary,
    python(
      'regions_scipy.py',
      'tasks',
      join(sarcoma.out, 'regions.jsonl'),
      names,
      ...readdirSync(sts, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('_mask.nii.gz'))
        .map((name) => `${name.replace('_mask.nii.gz', '').replaceAll('/', '_')}=${join(sts, name)}`),
    ),
    'boxes of every name',
  );
  const grades = await build('region-grades', ct, {
    ...scan,
    pair: ['liver=gallbladder', 'kidney left=adrenal gland left'],
  });
  report(
    'region-grades',
    'TotalSegmentator, 1 CT',
    grades.summary,
    python(
      'regions_scipy.py',
      'grades',
      join(grades.out, 'annotations.jsonl'),
      join(ct, 'labels_total.json'),
      `example_seg=${seg}`,
    ),
    'grades, boxes in voxels and mm',
  );
  writeFileSync(names, JSON.stringify({ 1: 'kidney', 2: 'tumor' }));
  const masks = readdirSync(kits).filter((name) => /^kits19.*\.nii\.gz$/.test(name));
  const sums = { records: 0, differences: 0 };
  for (const file of masks) {
    const id = file.replace('.nii.gz', '');
    const { out, summary } = await build('region-grades', kits, {
      mask: [join(kits, file)],
      label: ['1=kidney', '2=tumor'],
      'without-pictures': ['yes'],
    });
    const found = python(
      'regions_scipy.py',
      'grades',
      join(out, 'annotations.jsonl'),
      names,
      `${id}=${join(kits, file)}`,
    );
    sums.records += summary.items;
    sums.differences += found.differences + found.unknown;
  }
  differing += sums.differences;
  rows.push([
    'region-grades',
    `KiTS19, ${masks.length} masks`,
    String(sums.records),
    'grades, boxes in voxels and mm',
    String(sums.differences),
  ]);

  const markdown = `## Builders: real masks and boxes, counted twice

\`npx node bench/builders/run.ts --data ../shared/data\`

What each builder wrote, and what an independent program made of the same files: Python with nibabel, scipy
(\`ndimage.label\`, \`find_objects\`), OpenCV (\`findContours\`, \`fitEllipse\`) and the standard library's XML reader. The data are not
part of this repository: BCCD (MIT), an example of TotalSegmentator (Apache-2.0), IBSI's soft-tissue sarcomas (CC BY 3.0), masks of
KiTS19 and KiTS23 (CC BY-NC-SA 4.0, masks alone, so nothing of them is shown to a reader). ${differing === 0 ? 'Nothing differs.' : `${differing} things differ.`}

${table(['builder', 'source', 'items', 'compared', 'differences'], rows)}

What the data could not support:

${skips.map((line) => `- ${line}`).join('\n')}
`;
  process.stdout.write(markdown);
  if (values.write)
    writeSection(fileURLToPath(new URL('../README.md', import.meta.url)), 'builders', markdown);
  if (differing > 0) process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
