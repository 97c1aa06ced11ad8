// Targets: what readers call a structure, brought to its canonical id.
import { STRUCTURES, structureOf } from '../domain/structures.ts';

/** Spellings of the field that differ from the canonical ids. */
const ALIASES: ReadonlyMap<string, string> = mapOf({
  left_kidney: 'kidney_left',
  right_kidney: 'kidney_right',
  kidneys: 'kidney',
  both_kidneys: 'kidney',
  inferior_vena_cava: 'postcava',
  ivc: 'postcava',
  sma: 'superior_mesenteric_artery',
  smv: 'superior_mesenteric_vein',
  celiac_aa: 'celiac_trunk',
  celiac_artery: 'celiac_trunk',
  pdac: 'pancreas_pdac',
  pnet: 'pancreas_pnet',
  intestine: 'small_bowel',
  left_adrenal_gland: 'adrenal_gland_left',
  right_adrenal_gland: 'adrenal_gland_right',
});

/** Adjectives that name an organ's lesions: "hepatic lesion", "pancreatic_cyst". */
const ADJECTIVES: ReadonlyMap<string, string> = mapOf({
  hepatic: 'liver',
  pancreatic: 'pancreas',
  renal: 'kidney',
  splenic: 'spleen',
  colonic: 'colon',
  esophageal: 'esophagus',
  uterine: 'uterus',
});

const byName = new Map(STRUCTURES.map((structure) => [spelled(structure.name), structure.id]));

/** Readers choose the names that are looked up: "constructor" must find nothing. */
function mapOf(names: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(names));
}

function spelled(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_');
}

/** "Left kidney", "left_kidney" and "kidney_left" are all kidney_left; a name nobody knows comes back as spelled. */
export function canonicalTarget(text: string): string {
  const name = spelled(text);
  if (structureOf(name) !== undefined) return name;
  const known = ALIASES.get(name) ?? byName.get(name);
  if (known !== undefined) return known;
  const [first, ...rest] = name.split('_');
  const organ = ADJECTIVES.get(first);
  if (organ !== undefined && rest.length > 0) {
    const last = rest[rest.length - 1].replace(/s$/, '');
    const id = `${organ}_${[...rest.slice(0, -1), last].join('_')}`;
    if (structureOf(id) !== undefined) return id;
  }
  const singular = name.replace(/s$/, '');
  return structureOf(singular) !== undefined ? singular : name;
}

/** The organ that a lesion belongs to; anything else is itself. Kidney sides stay sides. */
export function organOfTarget(target: string): string {
  const structure = structureOf(target);
  if (structure?.kind === 'lesion' && structure.parent !== undefined) return structure.parent;
  return target;
}

/** True for every lesion structure: crops are never cut around one. */
export function isLesion(target: string): boolean {
  return structureOf(target)?.kind === 'lesion';
}

/**
 * The organs named by a crop request: "liver", "liver_spleen", "left_kidney_pancreas"; a lesion's name falls back to
 * its organ. Undefined when some part of the name is nobody's.
 */
export function organsOfCrop(text: string): string[] | undefined {
  const words = spelled(text)
    .split(/[_+&,]+|_and_/)
    .filter((word) => word !== '' && word !== 'and');
  const organs: string[] = [];
  for (let start = 0; start < words.length; ) {
    let end = words.length;
    let found: string | undefined;
    for (; end > start && found === undefined; end--) {
      const candidate = canonicalTarget(words.slice(start, end).join('_'));
      if (structureOf(candidate) !== undefined) found = organOfTarget(candidate);
    }
    if (found === undefined) return undefined;
    if (!organs.includes(found)) organs.push(found);
    start = end + 1;
  }
  return organs.length === 0 ? undefined : organs;
}
