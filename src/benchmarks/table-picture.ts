// A picture that a table's cell names by its path, or holds itself.
import { readWhole } from '../records/data-root.ts';
import type { DataRoot } from '../records/source.ts';
import { cellPicture } from './embedded-picture.ts';
import type { ItemPicture } from './published.ts';

const PATH = /\.(?:png|jpe?g|webp|gif|bmp|tiff?|dcm)$/i;

/**
 * A path is looked for as it is and in `folders`; one that is nowhere keeps its name, so that reading it says what is
 * missing. Undefined for an empty cell.
 */
export async function tablePicture(
  data: DataRoot,
  name: string,
  cell: unknown,
  folders: readonly string[] = [],
): Promise<ItemPicture | undefined> {
  const path = typeof cell === 'string' ? cell.trim().replaceAll('\\', '/').replace(/^\.\//, '') : '';
  if (!PATH.test(path)) return cellPicture(name, cell);
  const places = [path, ...folders.map((folder) => `${folder}/${path}`)];
  let found = path;
  for (const place of places)
    if (await data.has(place)) {
      found = place;
      break;
    }
  return { name: found, load: () => readWhole(data, found) };
}
