// Article packages as PubMed Central's open-access subset hands them out: PMCid.tar.gz archives, or unpacked folders.
import type { DataRoot } from '../../../records/source.ts';
import { tarSamples } from '../../../records/tar.ts';

export interface Package {
  /** PMC id, or the folder's name. */
  readonly id: string;
  /** First .nxml in order of name; undefined when there is none. */
  readonly nxml: Uint8Array | undefined;
  readonly pictures: readonly { readonly name: string; load(): Promise<Uint8Array> }[];
}

const PICTURE = /\.(?:jpe?g|png|gif|tiff?)$/i;
const MAX_FILE = 128 << 20;

const baseOf = (name: string): string => name.split('/').at(-1) ?? name;

/** Packages in order of name. Errors: those of the archive reader. */
export async function* packagesOf(data: DataRoot): AsyncGenerator<Package> {
  const names = await data.list();
  for (const name of names) if (/\.tar(?:\.gz)?$|\.tgz$/i.test(name)) yield fromArchive(data, name);
  const folders = Map.groupBy(
    names.filter((name) => !/\.tar(?:\.gz)?$|\.tgz$/i.test(name)),
    (name) => name.split('/').slice(0, -1).join('/'),
  );
  for (const [folder, files] of folders) {
    const nxml = files.filter((name) => /\.nxml$/i.test(name)).sort()[0];
    if (nxml === undefined) continue;
    const read = async (name: string) => {
      const source = await data.open(name);
      return source.read(0, source.size);
    };
    yield {
      id: baseOf(folder) || baseOf(nxml).replace(/\.nxml$/i, ''),
      nxml: await read(nxml),
      pictures: files
        .filter((name) => PICTURE.test(name))
        .map((name) => ({ name: baseOf(name), load: () => read(name) })),
    };
  }
}

async function fromArchive(data: DataRoot, name: string): Promise<Package> {
  const files = new Map<string, Uint8Array>();
  for await (const { value } of tarSamples(await data.open(name), { maxRecordBytes: MAX_FILE }))
    for (const [extension, bytes] of value.files) {
      const file = `${baseOf(value.key)}.${extension}`;
      if (/\.nxml$/i.test(file) || PICTURE.test(file)) files.set(file, bytes);
    }
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    id: baseOf(name).replace(/\.(?:tar(?:\.gz)?|tgz)$/i, ''),
    nxml: sorted.find(([file]) => /\.nxml$/i.test(file))?.[1],
    pictures: sorted
      .filter(([file]) => PICTURE.test(file))
      .map(([file, bytes]) => ({ name: file, load: async () => bytes })),
  };
}
