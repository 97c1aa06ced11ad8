// What a segmenting expert can be asked for: groups of structures, by the words of its tag.
import { lesionStructures, structureOf } from '../../../domain/structures.ts';

const ORGANS = [
  'liver',
  'spleen',
  'pancreas',
  'kidney',
  'gallbladder',
  'stomach',
  'duodenum',
  'adrenal_gland',
  'urinary_bladder',
  'bladder',
  'prostate',
  'uterus',
  'lung',
  'trachea',
  'thyroid_gland',
  'brain',
  'spinal_cord',
];

/** An id, or what begins with it: "kidney_left" is a kidney, "kidney_tumor" is not one. */
const startsAs = (names: readonly string[]) => (id: string) =>
  !isLesion(id) && names.some((name) => id === name || id.startsWith(`${name}_`));

const isLesion = (id: string): boolean =>
  /(?:^|_)(?:tumou?r|lesion|cyst|cancer|carcinoma|metastas\w*|nodule|mass|pdac|pnet)s?(?:_|$)/.test(id);

const lesionsOf = (organ: string, ...also: readonly string[]) => {
  const known = new Set([...lesionStructures(organ), ...also]);
  return (id: string) => known.has(id) && !id.endsWith('_cyst');
};

export interface Group {
  readonly has: (structure: string) => boolean;
  /** What an expert for 2D pictures is asked for, one phrase at a time. */
  readonly phrases: readonly string[];
}

/** Groups in the order in which they are offered. Which structures belong to one is an assumption of this table. */
export const GROUPS: Readonly<Record<string, Group>> = {
  everything: {
    has: () => true,
    phrases: ['liver', 'spleen', 'pancreas', 'kidney', 'stomach', 'gallbladder', 'aorta', 'tumor'],
  },
  'hepatic tumor': {
    has: lesionsOf('liver', 'hepatic_tumor', 'hepatic_lesion'),
    phrases: ['hepatic tumor'],
  },
  'pancreatic tumor': {
    has: lesionsOf('pancreas', 'pancreatic_tumor', 'pancreatic_lesion'),
    phrases: ['pancreatic tumor'],
  },
  'lung tumor': {
    has: (id) => /^(?:lung|pulmonary)_(?:tumou?r|lesion|nodule|cancer|mass)s?$/.test(id),
    phrases: ['lung tumor'],
  },
  'bone lesion': {
    has: (id) => /^(?:bone|osseous)_(?:tumou?r|lesion|metastas\w*)s?$/.test(id),
    phrases: ['bone lesion'],
  },
  organs: {
    has: startsAs(ORGANS),
    phrases: ['liver', 'spleen', 'pancreas', 'kidney', 'gallbladder', 'stomach'],
  },
  cardiovascular: {
    has: (id) =>
      !isLesion(id) &&
      /^(?:heart|aorta|atrial_appendage\w*|postcava|celiac_trunk|brachiocephalic_trunk|hepatic_vessel|veins|\w*(?:artery|vein|vena)(?:_\w+)?)$/.test(
        id,
      ),
    phrases: ['heart', 'aorta', 'inferior vena cava'],
  },
  gastrointestinal: {
    has: startsAs(['esophagus', 'stomach', 'duodenum', 'small_bowel', 'colon', 'rectum']),
    phrases: ['esophagus', 'stomach', 'duodenum', 'small bowel', 'colon'],
  },
  skeleton: {
    has: startsAs([
      'vertebrae',
      'rib',
      'sternum',
      'costal_cartilages',
      'sacrum',
      'hip',
      'femur',
      'humerus',
      'scapula',
      'clavicula',
      'skull',
    ]),
    phrases: ['vertebra', 'rib', 'pelvis'],
  },
  muscles: {
    has: startsAs([
      'skeletal_muscle',
      'autochthon',
      'iliopsoas',
      'gluteus_maximus',
      'gluteus_medius',
      'gluteus_minimus',
    ]),
    phrases: ['muscle'],
  },
};

/** Structures that the brain tumour expert tells apart. */
export const BRAIN_TUMOUR: Group = {
  has: (id) =>
    /^(?:whole_tumou?r|tumou?r_core|enhancing_tumou?r|non_enhancing_tumou?r|(?:peritumou?ral_)?ed[eo]ma|necro\w+|brain_tumou?r)$/.test(
      id,
    ),
  phrases: ['whole tumor', 'tumor core', 'enhancing tumor'],
};

/** The tumour groups: a training conversation asks of them whether there is one. */
export const TUMOUR_GROUPS = ['hepatic tumor', 'pancreatic tumor', 'lung tumor', 'bone lesion'] as const;
/** The others, but "everything". */
export const ORGAN_GROUPS = ['organs', 'cardiovascular', 'gastrointestinal', 'skeleton', 'muscles'] as const;

/** A tag's argument as a group: "" is everything; undefined for one that is not offered. */
export function groupOf(argument: string): { readonly name: string; readonly group: Group } | undefined {
  const words = argument.trim().toLowerCase().replace(/\s+/g, ' ');
  const name = words === '' ? 'everything' : words;
  return Object.hasOwn(GROUPS, name) ? { name, group: GROUPS[name] } : undefined;
}

/** A label's name as the id that groups go by. */
export const structureId = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_');

/**
 * Those of a scan's structures that a group is drawn with. Masks that say the same twice are left out: both kidneys
 * where each is there, parts of an organ that is there as a whole, and lesions at large where tumours have masks of
 * their own (a lesion may be a cyst).
 */
export function membersOf(group: Group, structures: readonly string[]): string[] {
  const own = [...new Set(structures)].filter(group.has);
  const there = new Set(own);
  return own.filter((id) => {
    if (there.has(`${id}_left`) && there.has(`${id}_right`)) return false;
    const { kind, parent = '', side } = structureOf(id) ?? {};
    if (kind === 'part' && side === undefined && there.has(parent)) return false;
    if (/_(?:pdac|pnet)$/.test(id)) return !there.has(`${parent}_tumor`);
    if (!id.endsWith('_lesion')) return true;
    return !['tumor', 'cyst', 'pdac', 'pnet'].some((sort) => there.has(id.replace(/lesion$/, sort)));
  });
}

/** Tumours and other findings, which are drawn over organs. */
export const isFinding = isLesion;
