// Cells of MMRareBench's tables: lists, labels of figures, pictures embedded or beside the table.
import { readWhole } from '../../../records/data-root.ts';
import type { DataRoot } from '../../../records/source.ts';
import { base64Picture } from '../../embedded-picture.ts';
import type { ItemPart } from '../../published.ts';

/** JSON list, or text split at semicolons. */
export function listOf(cell: string): string[] {
  if (cell.trim() === '') return [];
  try {
    const value = JSON.parse(cell) as unknown;
    const entries: unknown[] = Array.isArray(value) ? value : [value];
    return entries
      .map((entry) =>
        typeof entry === 'object' && entry !== null && 'claim' in entry ? String(entry.claim) : String(entry),
      )
      .filter((entry) => entry.trim() !== '');
  } catch {
    return cell
      .split(';')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== '');
  }
}

export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Labels of figures ("Figure 1") by the base names of their files. */
export function labelsOf(cell: string): ReadonlyMap<string, string> {
  try {
    const value = JSON.parse(cell === '' ? '{}' : cell) as unknown;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return new Map();
    return new Map(Object.entries(value).map(([label, path]) => [baseName(String(path)), label]));
  } catch {
    return new Map();
  }
}

/** Pictures in release order, each with the path that labels go by. */
export function picturesOf(
  data: DataRoot,
  said: { readonly image: string; readonly image_path: string },
  { folder, index }: { readonly folder: string; readonly index: string },
): { readonly path: string; readonly part: ItemPart }[] {
  const paths = listOf(said.image_path);
  const embedded = listOf(said.image);
  if (embedded.length > 0)
    return embedded.map((text, at) => ({
      path: paths[at] ?? '',
      part: { type: 'image', image: base64Picture(`${index}/${at + 1}`, text) },
    }));
  return paths.map((path) => ({
    path,
    part: { type: 'image', image: { name: baseName(path), load: () => readWhole(data, `${folder}${path}`) } },
  }));
}
