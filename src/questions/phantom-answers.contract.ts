// What the right answer to each question type is for a phantom, from its description's truth alone.
// Written a second time on purpose: nothing here comes from the types, the criteria or the measurements.
import type { LesionTruth, PhantomTruth } from '../phantoms/cohort.ts';

export interface TrueAnswer {
  /** Acceptable texts; more than one only where lesions tie. */
  readonly texts?: readonly string[];
  readonly value?: number;
  /** Other values that are right too, where lesions tie. */
  readonly or?: readonly number[];
  /** Of the value: half-widths that discretisation and noise allow. */
  readonly within?: number;
}

type Slots = Readonly<Record<string, string>>;
const SMALLEST_LESION_CM3 = 0.01;
const family = (organ: string) => organ.replace(/_(left|right)$/, '');

/** Lesions of a structure that count, largest first. */
function lesionsOf(truth: PhantomTruth, target: string): LesionTruth[] {
  return truth.lesions.filter(
    ({ structure, organ, volumeCm3 }) =>
      volumeCm3 >= SMALLEST_LESION_CM3 && (structure === target || `${family(organ)}_lesion` === target),
  );
}

/** The largest, and those of equal volume. */
function largest(truth: PhantomTruth, target: string): LesionTruth[] {
  const all = lesionsOf(truth, target);
  return all.filter(({ volumeCm3 }) => volumeCm3 >= all[0].volumeCm3 * (1 - 1e-9));
}

const organOf = (target: string) => target.replace(/_(lesion|tumor|cyst|pdac|pnet)$/, '');
const total = (lesions: readonly LesionTruth[]) => lesions.reduce((sum, { volumeCm3 }) => sum + volumeCm3, 0);
const yes = (is: boolean): TrueAnswer => ({ texts: [is ? 'Yes' : 'No'] });
const one = (text: string): TrueAnswer => ({ texts: [text] });
const named = (id: string) => {
  const special: Readonly<Record<string, string>> = {
    kidney_left: 'Left kidney',
    kidney_right: 'Right kidney',
    pancreas_head: 'Pancreatic head',
    pancreas_body: 'Pancreatic body',
    pancreas_tail: 'Pancreatic tail',
    postcava: 'Inferior vena cava',
    portal_vein_and_splenic_vein: 'Portal and splenic vein',
    adrenal_gland_left: 'Left adrenal gland',
    adrenal_gland_right: 'Right adrenal gland',
    kidney: 'Kidneys',
  };
  const words = id.replaceAll('_', ' ');
  return special[id] ?? words[0].toUpperCase() + words.slice(1);
};

/** How exact a phantom can be: hard cases are made of whole voxels and have no noise. */
export interface Exactness {
  readonly exact: boolean;
  /** Voxel edge across the patient in mm. */
  readonly spacing: number;
  readonly voxelCm3: number;
  /** Slices of the tallest lesion: those of a block are all equally wide, and any may be called its widest. */
  readonly tallest: number;
}

export function trueAnswer(type: string, slots: Slots, truth: PhantomTruth, how: Exactness): TrueAnswer {
  const { target = '', organ = '' } = slots;
  const volume = (id: string) => truth.structures[id].volumeCm3;
  const hu = (id: string) => truth.structures[id].meanHu ?? Number.NaN;
  const relative = (value: number, across: number): TrueAnswer => ({
    value,
    within: how.exact ? 0 : value * (across > 20 ? 0.02 : Math.max(0.02, 0.9 / across)),
  });
  const across = (id: string) => truth.structures[id].voxelsAcross;
  const lesionAcross = (lesions: readonly LesionTruth[]) =>
    Math.min(...lesions.map(({ volumeCm3 }) => Math.cbrt((6 * volumeCm3) / Math.PI / how.voxelCm3)));
  const noise = (cm3: number) => (how.exact ? 0 : (4 * truth.noiseHu) / Math.sqrt(cm3 / how.voxelCm3) + 0.5);
  const parts = (lesions: readonly LesionTruth[]) => lesions.map(({ location }) => location[0]?.structure);
  const contact = (lesions: readonly LesionTruth[], vessel: string) =>
    Math.max(0, ...lesions.map(({ vesselDegrees }) => vesselDegrees[vessel] ?? 0));
  const arteries = ['superior_mesenteric_artery', 'celiac_trunk', 'common_hepatic_artery'];

  if (type.endsWith('-existence')) return yes(lesionsOf(truth, target).length > 0);
  switch (type) {
    case 'splenomegaly-detection':
      return yes(volume('spleen') > 314.5);
    case 'organ-volume-measurement':
      return relative(volume(target), across(target));
    case 'organ-hu-measurement':
      return { value: hu(target), within: noise(volume(target)) };
    case 'lesion-volume-measurement': {
      const lesions = lesionsOf(truth, target);
      return relative(total(lesions), lesionAcross(lesions));
    }
    case 'organ-hu-ratio': {
      const ratio = hu(target) / hu('spleen');
      const spread = noise(volume(target)) / hu('spleen') + (ratio * noise(volume('spleen'))) / hu('spleen');
      return { value: ratio, within: how.exact ? 0 : Math.abs(spread) };
    }
    case 'tumor-burden-percentage': {
      const lesions = lesionsOf(truth, target);
      return relative((100 * total(lesions)) / volume(organ), lesionAcross(lesions));
    }
    case 'lesion-counting':
      return { value: lesionsOf(truth, target).length, within: 0 };
    case 'lesion-count-by-location':
      return {
        value: parts(lesionsOf(truth, target)).filter((part) => part === slots.part).length,
        within: 0,
      };
    case 'largest-lesion-diameter': {
      const [lesion] = largest(truth, target);
      const cm = lesion.longestAxialDiameterMm / 10;
      // Between voxel centres it is up to two voxels short.
      return how.exact
        ? { value: cm, within: 0 }
        : { value: cm - how.spacing / 10, within: how.spacing / 10 };
    }
    case 'largest-lesion-slice': {
      const percent = (slice: number) => (100 * (slice + 0.5)) / truth.slices;
      const slices = how.exact ? how.tallest / 2 : 1.5;
      const [value, ...or] = largest(truth, target).map((lesion) => percent(lesion.sliceFromFeet));
      return { value, or, within: (100 * slices) / truth.slices };
    }
    case 'largest-lesion-location':
      return { texts: largest(truth, target).map(({ location }) => named(location[0].structure)) };
    case 'largest-lesion-attenuation': {
      const difference = largest(truth, target)[0].meanHu - hu(organ);
      // Isoattenuating is within a tenth of the organ's spread, which in a phantom is its noise.
      const iso = Math.abs(difference) < truth.noiseHu / 10 || difference === 0;
      return one(iso ? 'Same attenuation' : difference < 0 ? 'Less attenuating' : 'More attenuating');
    }
    case 'tumor-organ-hu-difference': {
      const [lesion] = largest(truth, target);
      return { value: lesion.meanHu - hu(organ), within: noise(lesion.volumeCm3) + noise(volume(organ)) };
    }
    case 'kidney-volume-comparison': {
      const [left, right] = [volume('kidney_left'), volume('kidney_right')];
      if (Math.abs(left - right) <= 0.05 * Math.max(left, right)) return one('Left the same as right');
      return one(left > right ? 'Left larger than right' : 'Right larger than left');
    }
    case 'bilateral-kidney-asymmetry': {
      const side = (id: string) =>
        total(lesionsOf(truth, 'kidney_lesion').filter((lesion) => lesion.organ === id));
      const [left, right] = [side('kidney_left'), side('kidney_right')];
      if (left !== right && left >= 2 * right) return one('Left more than right');
      return one(left !== right && right >= 2 * left ? 'Right more than left' : 'Left and right alike');
    }
    case 'inter-segment-comparison': {
      const count = (part: string) => parts(lesionsOf(truth, target)).filter((p) => p === part).length;
      const [a, b] = [count(slots.a), count(slots.b)];
      if (a === b) return one('Equal number each');
      return one(`More in ${(a > b ? slots.a : slots.b).replace('liver_segment_', 'segment ')}`);
    }
    case 'adjacent-organ':
      return { texts: largest(truth, target).flatMap(({ adjacent }) => adjacent.map(named)) };
    case 'organ-aggregation':
      return relative(volume(slots.a) + volume(slots.b), Math.min(across(slots.a), across(slots.b)));
    case 'organ-enlargement': {
      const limits: Readonly<Record<string, number>> = {
        liver: 1800,
        spleen: 314.5,
        pancreas: 100,
        kidney_left: 260,
        kidney_right: 260,
      };
      return yes(volume(target) > limits[target]);
    }
    case 'lesion-outlier': {
      const [first, second, ...rest] = lesionsOf(truth, target).map(({ volumeCm3 }) => volumeCm3);
      return yes(rest.length > 0 && first >= 3 * second * (1 - 1e-9));
    }
    case 'liver-lesion-clustering': {
      const all = parts(lesionsOf(truth, target));
      const counts = [...new Set(all)]
        .map((part) => all.filter((p) => p === part).length)
        .sort((a, b) => b - a);
      if (counts[0] / all.length > 0.5) return one('Strongly clustered');
      return one(
        (counts[0] + (counts[1] ?? 0)) / all.length >= 0.75 ? 'Somewhat clustered' : 'Widely distributed',
      );
    }
    case 'multi-organ-lesion-burden-comparison': {
      const burden = (lesion: string) => total(lesionsOf(truth, lesion)) / volume(organOf(lesion));
      const [a, b] = [burden(slots.a), burden(slots.b)];
      const [first, second] = [named(organOf(slots.a)), named(organOf(slots.b))];
      if (Math.abs(a - b) <= 0.05 * Math.max(a, b)) return one(`${first} much like ${second.toLowerCase()}`);
      return one(
        a > b ? `${first} more than ${second.toLowerCase()}` : `${second} more than ${first.toLowerCase()}`,
      );
    }
    case 'splenomegaly-grading': {
      const cm3 = volume('spleen');
      return one(cm3 < 314.5 ? 'Normal' : cm3 < 500 ? 'Mild' : cm3 <= 800 ? 'Moderate' : 'Severe');
    }
    case 'pdac-vs-pnet-classification':
      return one(largest(truth, 'pancreas_lesion')[0].structure === 'pancreas_pdac' ? 'PDAC' : 'PNET');
    case 'pancreatic-tumor-staging': {
      const tumors = lesionsOf(truth, target);
      if (arteries.some((artery) => contact(tumors, artery) >= 180)) return one('T4');
      const cm = largest(truth, target)[0].longestAxialDiameterMm / 10;
      return one(cm <= 2 ? 'T1' : cm <= 4 ? 'T2' : 'T3');
    }
    case 'pancreatic-lesion-resectability': {
      const tumors = lesionsOf(truth, target);
      const degrees = arteries.map((artery) => contact(tumors, artery));
      if (degrees.some((d) => d > 180)) return one('Unresectable');
      const veins = ['portal_vein_and_splenic_vein', 'superior_mesenteric_vein'];
      const touched = degrees.some((d) => d > 0) || veins.some((vein) => contact(tumors, vein) > 0);
      return one(touched ? 'Borderline' : 'Resectable');
    }
    case 'pancreatic-cyst-resectability': {
      const [cyst] = largest(truth, 'pancreas_cyst');
      return yes(cyst.volumeCm3 > 3 || cyst.longestAxialDiameterMm > 30);
    }
    case 'fatty-liver':
      return yes(hu('liver') / hu('spleen') < 1);
    case 'hepatic-steatosis-grading': {
      const ratio = hu('liver') / hu('spleen');
      const byHu = hu('liver') < 39 ? 3 : hu('liver') < 51 ? 2 : hu('liver') < 58 ? 1 : 0;
      const byRatio = ratio < 0.5 ? 3 : ratio < 0.8 ? 2 : ratio < 1 ? 1 : 0;
      return one(`G${Math.max(byHu, byRatio)}`);
    }
    case 'pancreatic-steatosis':
      return yes(hu('pancreas') / hu('spleen') < 0.7);
    case 'portal-hypertension-assessment':
      return yes(volume('spleen') > 314.5);
    case 'lesion-type-classification':
      return one(largest(truth, 'kidney_lesion')[0].structure === 'kidney_cyst' ? 'Cyst' : 'Tumor');
    case 'renal-mass-characterization': {
      const mean = largest(truth, 'kidney_lesion')[0].meanHu;
      if (mean < -10) return one('Fat-containing mass');
      return one(mean <= 20 ? 'Simple cyst' : mean <= 70 ? 'Indeterminate mass' : 'Hyperattenuating cyst');
    }
    case 'pseudocyst-determination':
      return yes(largest(truth, 'pancreas_cyst')[0].meanHu > 14.5);
    default:
      throw new Error(`no truth is written for ${type}`);
  }
}
