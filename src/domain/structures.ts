// The canonical structures: ids as the field's mask files name them, what they belong to, how people call them.

export type StructureKind = 'organ' | 'part' | 'lesion' | 'vessel' | 'tissue';

export interface Structure {
  readonly id: string;
  /** As in running text: "left kidney", "pancreatic ductal adenocarcinoma". */
  readonly name: string;
  readonly kind: StructureKind;
  /** The organ a part or lesion belongs to. */
  readonly parent?: string;
  readonly side?: 'left' | 'right';
}

const organ = (id: string, name = id.replaceAll('_', ' ')): Structure => ({ id, name, kind: 'organ' });
const vessel = (id: string, name = id.replaceAll('_', ' ')): Structure => ({ id, name, kind: 'vessel' });
const lesions = (parent: string, adjective: string, kinds: readonly string[]): Structure[] =>
  kinds.map((kind) => ({
    id: `${parent}_${kind}`,
    name: kind === 'pdac' || kind === 'pnet' ? kind.toUpperCase() : `${adjective} ${kind}`,
    kind: 'lesion',
    parent,
  }));

/** Every structure the question types can speak of, plus what label schemes commonly carry. */
export const STRUCTURES: readonly Structure[] = [
  organ('liver'),
  ...[1, 2, 3, 4, 5, 6, 7, 8].map(
    (n): Structure => ({
      id: `liver_segment_${n}`,
      name: `liver segment ${n}`,
      kind: 'part',
      parent: 'liver',
    }),
  ),
  organ('spleen'),
  organ('pancreas'),
  ...['head', 'body', 'tail'].map(
    (part): Structure => ({
      id: `pancreas_${part}`,
      name: `pancreatic ${part}`,
      kind: 'part',
      parent: 'pancreas',
    }),
  ),
  organ('kidney', 'kidneys'),
  { id: 'kidney_left', name: 'left kidney', kind: 'part', parent: 'kidney', side: 'left' },
  { id: 'kidney_right', name: 'right kidney', kind: 'part', parent: 'kidney', side: 'right' },
  organ('colon'),
  organ('stomach'),
  organ('duodenum'),
  organ('small_bowel', 'small bowel'),
  organ('esophagus'),
  organ('gallbladder'),
  { id: 'adrenal_gland_left', name: 'left adrenal gland', kind: 'organ', side: 'left' },
  { id: 'adrenal_gland_right', name: 'right adrenal gland', kind: 'organ', side: 'right' },
  organ('urinary_bladder', 'urinary bladder'),
  organ('prostate'),
  organ('uterus'),
  organ('rectum'),
  organ('heart'),
  organ('lung_left', 'left lung'),
  organ('lung_right', 'right lung'),
  organ('common_bile_duct', 'common bile duct'),
  organ('pancreatic_duct', 'pancreatic duct'),
  vessel('aorta'),
  vessel('postcava', 'inferior vena cava'),
  vessel('portal_vein_and_splenic_vein', 'portal and splenic vein'),
  vessel('superior_mesenteric_vein', 'superior mesenteric vein'),
  vessel('superior_mesenteric_artery', 'superior mesenteric artery'),
  vessel('celiac_trunk', 'celiac trunk'),
  vessel('common_hepatic_artery', 'common hepatic artery'),
  vessel('hepatic_vessel', 'hepatic vessels'),
  vessel('veins'),
  ...lesions('liver', 'liver', ['lesion', 'tumor', 'cyst']),
  ...lesions('kidney', 'kidney', ['lesion', 'tumor', 'cyst']),
  ...lesions('pancreas', 'pancreatic', ['lesion', 'tumor', 'cyst', 'pdac', 'pnet']),
  ...lesions('colon', 'colon', ['lesion', 'tumor']),
  ...lesions('spleen', 'splenic', ['lesion']),
  ...lesions('esophagus', 'esophageal', ['lesion']),
  ...lesions('uterus', 'uterine', ['lesion']),
  { id: 'body', name: 'body', kind: 'tissue' },
  { id: 'skeletal_muscle', name: 'skeletal muscle', kind: 'tissue' },
  { id: 'subcutaneous_fat', name: 'subcutaneous fat', kind: 'tissue' },
  { id: 'torso_fat', name: 'visceral fat', kind: 'tissue' },
];

/**
 * Id of a structure. Ids outside STRUCTURES are allowed (a scheme may carry 117 organs, or "tumor" without an
 * organ): they are measured and reported, but no built-in question type asks about them.
 */
export type StructureId = string;

const byId = new Map(STRUCTURES.map((structure) => [structure.id, structure]));

export function structureOf(id: StructureId): Structure | undefined {
  return byId.get(id);
}

/** "left kidney" for kidney_left; an unknown id with underscores as spaces. */
export function structureName(id: StructureId): string {
  return byId.get(id)?.name ?? id.replaceAll('_', ' ');
}

/** The lesion structures of an organ; the first is the union of all ("kidney_lesion"). */
export function lesionStructures(organId: StructureId): StructureId[] {
  return STRUCTURES.filter((s) => s.kind === 'lesion' && s.parent === organId).map((s) => s.id);
}

/** Parts (segments, sides) of an organ. */
export function partStructures(organId: StructureId): StructureId[] {
  return STRUCTURES.filter((s) => s.kind === 'part' && s.parent === organId).map((s) => s.id);
}
