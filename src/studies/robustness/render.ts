// The robustness study as tables.
import { type Rows, shown, withInterval } from '../tables.ts';
import type { RobustnessStudy } from './run.ts';

export interface Section {
  readonly title: string;
  readonly rows: Rows;
}

/** Tables in the order of reading: does it look at the picture, does it bear a shift, does it bear a change. */
export function sectionsOf(study: RobustnessStudy): Section[] {
  const { methods, baselines } = study;
  const sections: Section[] = [
    {
      title: `${study.metric} on ${study.items} items of ${study.benchmark} (${study.clusters} clusters), with and without pictures`,
      rows: [
        ['reader', 'with pictures', 'without', 'gain', 'uses pictures'],
        ...methods.map(({ method, clean, noImage }) => [
          method,
          withInterval(clean.score, clean.ci95),
          noImage === null ? '–' : withInterval(noImage.score.score, noImage.score.ci95),
          noImage === null ? '–' : withInterval(noImage.gain.difference, noImage.gain.ci95),
          noImage === null ? '–' : noImage.usesPictures ? 'yes' : 'not shown',
        ]),
        ...baselines.map(({ baseline, clean }) => [
          `(${baseline})`,
          '–',
          withInterval(clean.score, clean.ci95),
          '–',
          'never',
        ]),
      ],
    },
  ];
  for (const { name, iid, ood } of study.shifts)
    sections.push({
      title: `Shift ${name}: ${iid} items alike, ${ood} shifted`,
      rows: [
        ['reader', 'i.i.d.', 'o.o.d.', 'RR = o.o.d. / i.i.d.', 'sd between runs'],
        ...[...methods, ...baselines].map((one) => {
          const { iid: alike, ood: shifted, rr, ci95, sd } = one.shifts[name];
          return [
            'method' in one ? one.method : `(${one.baseline})`,
            withInterval(alike.score, alike.ci95),
            withInterval(shifted.score, shifted.ci95),
            withInterval(rr, ci95),
            shown(sd),
          ];
        }),
      ],
    });
  const perturbed = methods.flatMap(({ method, perturbations }) =>
    Object.entries(perturbations).flatMap(([id, levels]) =>
      levels.map(({ severity, score, change }) => [
        method,
        id,
        String(severity),
        withInterval(score.score, score.ci95),
        withInterval(change.difference, change.ci95),
        String(change.n),
      ]),
    ),
  );
  if (perturbed.length > 0)
    sections.push({
      title: 'Perturbed pictures, against the same items unchanged',
      rows: [['reader', 'perturbation', 'severity', study.metric, 'change', 'n'], ...perturbed],
    });
  const compared = Object.entries(study.comparisons).flatMap(([shift, pairs]) =>
    pairs.map(({ a, b, difference, ci95, verdict }) => [
      shift,
      `${a} − ${b}`,
      withInterval(difference, ci95),
      verdict,
    ]),
  );
  if (compared.length > 0)
    sections.push({
      title: 'Relative robustness compared',
      rows: [['shift', 'methods', 'difference of RR', 'verdict'], ...compared],
    });
  if (study.rankings.length > 0)
    sections.push({
      title: 'Do shifts rank the methods alike? (Kendall’s τ-b)',
      rows: [['shift', 'shift', 'τ'], ...study.rankings.map(({ a, b, tau }) => [a, b, shown(tau)])],
    });
  return sections;
}
