// Label names in a NIfTI header extension, as Connectome Workbench and TotalSegmentator write them.

/** Longer extensions hold something else. */
const LONGEST = 2 ** 20;
/** Every part is bounded, so that hostile text cannot make the match quadratic. */
const LABEL =
  /<Label\b[^<>]{0,300}?\bKey="(\d{1,10})"[^<>]{0,300}>(?:<!\[CDATA\[([\s\S]{0,300}?)\]\]>|([^<]{0,300}))<\/Label>/g;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * Names by label value from the bytes between header and voxels; undefined without a table. Key 0 is background.
 * The table may name labels that no voxel has: they were looked for and not found.
 */
export function labelTable(extensions: Uint8Array): Map<number, string> | undefined {
  if (extensions.length < 16) return undefined;
  const text = new TextDecoder().decode(extensions.subarray(0, LONGEST));
  if (!text.includes('<LabelTable')) return undefined;
  const names = new Map<number, string>();
  for (const [, key, quoted, plain] of text.matchAll(LABEL)) {
    const name = quoted ?? plain.replace(/&(amp|lt|gt|quot|apos);/g, (_, entity: string) => ENTITIES[entity]);
    const value = Number(key);
    if (value > 0 && value <= 2 ** 31 - 1 && name.trim() !== '') names.set(value, name.trim());
  }
  return names.size > 0 ? names : undefined;
}
