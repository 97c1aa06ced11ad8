// Region, steps and grade on anybody's annotated scans: where a finding is, how that is seen, and how severe it is.
import { OverreadError } from '../../domain/errors.ts';
import { emptyRuns } from '../../measure/runs.ts';
import { type AnnotatedScan, annotatedScans, niftiFile, SCAN_OPTIONS } from '../annotated-scans.ts';
import type { Builder } from '../builder.ts';
import { buildFolder, skippedOf, tally } from '../built-folder.ts';
import { ANNOTATIONS, SPLIT_TABLE, sliceDim } from '../published/3dreasonknee/records.ts';
import { checkRegionGrades } from '../regions/check-grades.ts';
import { GRADED, type GradedRegion, gradeRegion, masksByName } from '../regions/grade.ts';
import { planeAxes } from '../slice-planes.ts';

const FINDING = /tumou?r|lesion|cyst|metasta|carcinoma|nodule|gtv|sarcoma/i;
/** Questions of one's own are numbered after the release's 69. */
const FIRST_OWN_QUESTION = 101;

const regionGrades: Builder = {
  id: 'region-grades',
  kind: 'builder',
  summary: 'boxes in the volume, steps and grades of findings in regions, from annotated scans',
  paper: {
    title: '3DReasonKnee: Advancing Grounded Reasoning in Medical Vision Language Models',
    arxiv: '2510.20967',
    url: 'https://github.com/rajpurkarlab/3DReasonKnee',
    year: 2025,
  },
  command: 'overread make region-grades SOURCE --out DIR --pair REGION=FINDING',
  needs: ['scans with label maps, in any layout'],
  writes: '3dreasonknee',
  options: [
    ...SCAN_OPTIONS,
    {
      name: 'pair',
      value: 'REGION=FINDING',
      about:
        'labels that belong together; default: every tumour, cyst or lesion with the region that its name begins with, or the only one there is',
      repeatable: true,
    },
    {
      name: 'window',
      value: 'LOW,HIGH',
      about: 'values shown from black to white; default: -110,190 for HU, else 0,400',
    },
    { name: 'without-pictures', value: 'yes', about: 'write the records also where there are masks only' },
  ],
  async build(request) {
    const pairs = pairsOf(request.options.pair ?? []);
    const window = windowOption(request.options.window?.[0]);
    const maskOnly = request.options['without-pictures'] !== undefined;
    const counts = tally();
    const skipped = tally();
    return buildFolder(request.out, async (folder) => {
      const table = ['patient_id,time,study_folder,series_folder,knee_side,image_filepath,label_filepath'];
      const lines: string[] = [];
      const questions = new Map<string, number>();
      for await (const scan of annotatedScans(request, (reason) => skipped.add(reason))) {
        if (scan.image === undefined && !maskOnly) {
          skipped.add('a case has masks but no image: --without-pictures writes its records all the same');
          continue;
        }
        const masks = masksByName(scan.layers, scan.grid.shape);
        const asked = pairs ?? defaultPairs(scan.lookedFor);
        if (asked.length === 0)
          skipped.add('no pair of region and finding among the labels: name one with --pair');
        const shown = window ?? (scan.image?.units === 'HU' ? ([-110, 190] as const) : ([0, 400] as const));
        const image = `volumes/${scan.id}.nii.gz`;
        const patient = csvSafe(scan.patient);
        let written = 0;
        for (const [region, finding] of asked) {
          // What was looked for and has no voxel is absent, which is grade 0.
          const maskOf = (name: string) =>
            masks.get(name) ?? (scan.lookedFor.includes(name) ? emptyRuns(scan.grid.shape) : undefined);
          const [whole, own] = [maskOf(region), maskOf(finding)];
          if (whole === undefined || own === undefined) {
            skipped.add(`${whole === undefined ? region : finding} is no label of a case`);
            continue;
          }
          const graded = gradeRegion(whole, own, scan.grid);
          if (graded === undefined) {
            skipped.add(`${region} has no voxel in a case`);
            continue;
          }
          const name = `${region} ${finding}`;
          const question = questions.get(name) ?? FIRST_OWN_QUESTION + questions.size;
          questions.set(name, question);
          const key = `${patient}_0_${scan.id}_ras_NONE`;
          lines.push(
            JSON.stringify(recordOf(scan, graded, { region, finding, question, key, window: shown })),
          );
          counts.add(`size grade ${graded.grades.size}`);
          counts.add(`number grade ${graded.grades.number}`);
          written++;
        }
        if (written === 0) continue;
        table.push(`${patient},0,${scan.id},ras,NONE,${image},`);
        if (scan.image !== undefined) await folder.write(image, niftiFile(scan.grid, scan.image.data));
      }
      if (lines.length === 0)
        throw new OverreadError(
          'mask-empty',
          `No region could be graded: ${Object.keys(skipped.counts())[0] ?? 'the source holds no case'}.`,
        );
      await folder.write(SPLIT_TABLE, `${table.join('\n')}\n`);
      await folder.write(ANNOTATIONS, `${lines.join('\n')}\n`);
      return {
        items: lines.length,
        counts: counts.counts(),
        skipped: skippedOf(skipped.counts()),
        ...(maskOnly
          ? { unreadable: 'Cases without an image cannot be read: put it at its place below volumes/ first.' }
          : {}),
      };
    });
  },
  check: (context) => checkRegionGrades(regionGrades, context),
};
export default regionGrades;

type Pair = readonly [region: string, finding: string];

function pairsOf(given: readonly string[]): Pair[] | undefined {
  if (given.length === 0) return undefined;
  return given.map((text) => {
    const at = text.indexOf('=');
    if (at < 1 || at === text.length - 1)
      throw new OverreadError('bad-argument', `Give --pair as REGION=FINDING, not "${text}".`);
    return [text.slice(0, at), text.slice(at + 1)];
  });
}

/** Findings by their names, each in the first label that is none. */
function defaultPairs(names: readonly string[]): Pair[] {
  const regions = names.filter((name) => !FINDING.test(name));
  return names
    .filter((name) => FINDING.test(name))
    .flatMap((finding): Pair[] => {
      // "liver lesion" lies in the liver; a bare "tumor" in the only region there is.
      const own = regions
        .filter((name) => finding.startsWith(`${name} `) || finding.startsWith(`${name}_`))
        .sort((a, b) => b.length - a.length)[0];
      const region = own ?? (regions.length === 1 ? regions[0] : undefined);
      return region === undefined ? [] : [[region, finding]];
    });
}

function windowOption(text: string | undefined): readonly [number, number] | undefined {
  if (text === undefined) return undefined;
  const [low, high] = text.split(',').map(Number);
  if (!Number.isFinite(low) || !Number.isFinite(high) || high <= low)
    throw new OverreadError('bad-argument', 'Give --window as LOW,HIGH with the lower value first.');
  return [low, high];
}

const csvSafe = (text: string): string => text.replace(/[",\s_]+/g, '-');

interface Asked {
  readonly region: string;
  readonly finding: string;
  readonly question: number;
  readonly key: string;
  readonly window: readonly [number, number];
}

/** A line of annotations: the box in slices and pixels as the release orders them, and the same in voxels and mm. */
function recordOf(
  { grid }: AnnotatedScan,
  graded: GradedRegion,
  { region, finding, question, key, window }: Asked,
) {
  const { voxels, mm, grades, share, parts, regionMl, findingMl } = graded;
  const dim = sliceDim(grid.shape);
  const [rows, columns] = planeAxes(dim);
  const along = (axis: number): [number, number] => [voxels.min[axis], voxels.max[axis]];
  const [slices, x, y] = [along(dim), along(columns), along(rows)];
  const name = `${finding} of ${region}`;
  const percent = (100 * share).toFixed(1);
  return {
    key: `${key}_${question}`,
    question_id: question,
    region: name,
    components: GRADED,
    question: `Where is the ${region}, and how much of it is ${finding}? Grade the size (0 none, 1 below 33 % of the region, 2 from 33 % to 66 %, 3 above) and the number of separate parts (0, 1, 2, or 3 for three and more). Say the steps that lead you there, then give JSON of the form {"MOAKS_scores": {"${name}": {"size": grade, "number": grade}}}.`,
    bounding_box: [...slices, ...x, ...y],
    box_voxels: { frame: 'voxels in RAS order, first and last included', ...voxels },
    box_mm: { frame: 'RAS+ mm of the patient, edges of voxels included', ...mm },
    reasoning: [
      `The ${region}, ${finding} included, lies in slices ${slices[0]} to ${slices[1]}, columns ${x[0]} to ${x[1]} and rows ${y[0]} to ${y[1]}.`,
      `It takes ${regionMl.toFixed(1)} ml.`,
      parts === 0
        ? `There is no ${finding} in it.`
        : `The ${finding} takes ${findingMl.toFixed(2)} ml in ${parts} separate ${parts === 1 ? 'part' : 'parts'}.`,
      `That is ${percent} % of the region: size grade ${grades.size}, number grade ${grades.number}.`,
    ],
    answer: { MOAKS_scores: { [name]: grades } },
    window,
  };
}
