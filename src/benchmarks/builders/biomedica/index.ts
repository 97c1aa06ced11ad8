// BIOMEDICA: figures, captions and mentions out of open-access article packages, as WebDataset shards and Parquet.
import { sha256 } from '../../../domain/content-hash.ts';
import { messageOf, OverreadError } from '../../../domain/errors.ts';
import type { Protocol } from '../../../domain/report.ts';
import { openData } from '../../../records/data-root.ts';
import { tarEnd, tarEntry } from '../../../records/tar-writer.ts';
import type { Builder, BuildRequest, BuildSummary, OptionCard } from '../../builder.ts';
import { type BuiltFolder, buildFolder, type GrowingFile, skippedOf, tally } from '../../built-folder.ts';
import { parquetBytes } from '../../fixture-parquet.ts';
import { checkBiomedica } from './check.ts';
import { clusterLabels, type Labelled } from './labels.ts';
import { type Article, licenceGroup, readArticle, stemOf } from './nxml.ts';
import { type Package, packagesOf } from './packages.ts';

const options: readonly OptionCard[] = [
  { name: 'shard', value: 'N', about: 'samples of a shard', default: '10000' },
  { name: 'labels', value: 'FILE', about: 'labels of picture clusters (JSON); with --clusters' },
  {
    name: 'clusters',
    value: 'FILE',
    about: 'which cluster a picture belongs to: JSON lines {"image", "cluster"}',
  },
];

/** Pictures of fewer pixels a side are icons and rules. */
const LEAST_SIDE = 20;
/** The hash is of the picture at most this large, so that scans of different size agree. */
const HASHED_SIDE = 1000;

interface Prepared {
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly hash: string;
}

/** Size, and SHA-256 of the PNG of a thumbnail of at most 1000 × 1000 in RGB; the PNG's bytes are our encoder's. */
async function prepared(bytes: Uint8Array): Promise<Prepared | undefined> {
  const { default: sharp } = await import('sharp');
  try {
    const { width, height } = await sharp(bytes).metadata();
    const png = await sharp(bytes, { limitInputPixels: 1 << 28 })
      .resize(HASHED_SIDE, HASHED_SIDE, { fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .png()
      .toBuffer();
    return { bytes, width, height, hash: sha256(png) };
  } catch {
    return undefined;
  }
}

interface Sample {
  readonly key: string;
  readonly jpg: Uint8Array;
  readonly caption: string;
  readonly json: Record<string, unknown>;
}

function recordOf(
  { id }: Package,
  article: Article,
  file: string,
  picture: Prepared,
  labelled: Labelled | undefined,
): Record<string, unknown> {
  return {
    image_file_name: file,
    image_hash: picture.hash,
    image_size: [picture.width, picture.height],
    image_set: licenceGroup(article.licence),
    image_context: article.context[stemOf(file)] ?? [],
    image_cluster_id: labelled?.cluster ?? '',
    image_panel_type: labelled?.panel_type ?? '',
    image_panel_subtype: labelled?.panel_subtype ?? '',
    image_primary_label: labelled?.global_class ?? [],
    image_secondary_label: labelled?.local_class ?? [],
    article_accession_id: id,
    article_pmid: article.pmid,
    article_title: article.title,
    article_journal: article.journal,
    article_date: article.date,
    article_abstract: article.abstract,
    article_keywords: article.keywords,
    article_categories: article.categories,
    article_license: article.licence,
  };
}

/** As released, only .jpg and only captions that are not empty; a graphic without caption says so in words. */
const wanted = (file: string, protocol: Protocol): boolean =>
  protocol === 'published' ? /\.jpg$/i.test(file) : /\.(?:jpe?g|png|gif|tiff?)$/i.test(file);

async function asJpeg(bytes: Uint8Array): Promise<Uint8Array> {
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return bytes;
  const { default: sharp } = await import('sharp');
  return sharp(bytes).flatten({ background: '#fff' }).jpeg({ quality: 95 }).toBuffer();
}

function wholeNumber(given: string | undefined, usual: number): number {
  const n = given === undefined ? usual : Number(given);
  if (Number.isInteger(n) && n > 0) return n;
  throw new OverreadError('bad-argument', `--shard takes a whole number above 0, not "${given}".`);
}

const numbered = (n: number): string => String(n).padStart(6, '0');

/** Writes samples into shards of a given length, and each shard's captions and records as Parquet beside it. */
function shards(folder: BuiltFolder, length: number) {
  let count = 0;
  let tar: GrowingFile | undefined;
  let rows: { key: string; caption: string; json: string }[] = [];
  const name = () => numbered(Math.floor((count - 1) / length));
  const close = async () => {
    if (tar === undefined) return;
    await tar.write(tarEnd());
    await tar.close();
    tar = undefined;
    await folder.write(`parquet/${name()}.parquet`, await parquetBytes(rows));
    rows = [];
  };
  return {
    async add({ key, jpg, caption, json }: Sample) {
      if (tar !== undefined && count % length === 0) await close();
      count++;
      tar ??= await folder.open(`webdataset/${name()}.tar`);
      const text = JSON.stringify(json);
      await tar.write(tarEntry(`${key}.jpg`, jpg));
      await tar.write(tarEntry(`${key}.txt`, Buffer.from(caption)));
      await tar.write(tarEntry(`${key}.json`, Buffer.from(text)));
      rows.push({ key, caption, json: text });
    },
    close,
    count: () => count,
  };
}

async function build(request: BuildRequest): Promise<BuildSummary> {
  const { options: given, protocol, progress, signal } = request;
  const length = wholeNumber(given.shard?.at(-1), 10_000);
  const [labelsFile, clustersFile] = [given.labels?.at(-1), given.clusters?.at(-1)];
  if ((labelsFile === undefined) !== (clustersFile === undefined))
    throw new OverreadError('bad-argument', 'Give --labels and --clusters together, or neither.');
  const labelOf =
    labelsFile === undefined || clustersFile === undefined
      ? undefined
      : await clusterLabels(labelsFile, clustersFile);
  const data = await openData(request.source);
  const skipped = tally();
  const counts = tally();
  progress.start('Reading articles');
  return buildFolder(request.out, async (folder) => {
    const out = shards(folder, length);
    const seen = new Set<string>();
    for await (const pack of packagesOf(data)) {
      signal.throwIfAborted();
      progress.advance(1);
      if (pack.nxml === undefined) {
        skipped.add('a package without an article (.nxml)');
        continue;
      }
      let article: Article;
      try {
        article = readArticle(new TextDecoder().decode(pack.nxml), `${pack.id}.nxml`, protocol);
      } catch (error) {
        if (!OverreadError.isInstance(error)) throw error;
        skipped.add(`an article that cannot be read: ${messageOf(error).replace(/^\S+ /, 'it ')}`);
        continue;
      }
      counts.add('articles');
      for (const [position, { name, load }] of pack.pictures.entries()) {
        if (!wanted(name, protocol)) {
          skipped.add('a picture that is not .jpg');
          continue;
        }
        const figure = article.figures.find(({ graphic }) => graphic === stemOf(name));
        if (figure === undefined || figure.caption === '') {
          skipped.add(
            figure === undefined
              ? 'a picture that no figure of its article names'
              : 'a figure without a caption',
          );
          continue;
        }
        const picture = await prepared(await load());
        if (picture === undefined || picture.width <= LEAST_SIDE || picture.height <= LEAST_SIDE) {
          skipped.add(
            picture === undefined ? 'a picture that cannot be read' : 'a picture of at most 20 pixels a side',
          );
          continue;
        }
        if (protocol === 'strict' && seen.has(`${pack.id}/${picture.hash}`)) {
          skipped.add('the same picture twice in one article');
          continue;
        }
        seen.add(`${pack.id}/${picture.hash}`);
        const labelled = labelOf?.(picture.hash, name);
        const json = recordOf(pack, article, name, picture, labelled);
        counts.add(`licence ${String(json.image_set)}`);
        if (labelled !== undefined) counts.add('labelled by cluster');
        await out.add({
          key: `0-${pack.id}-${position}-${stemOf(name).replaceAll('.', '_')}`,
          jpg: await asJpeg(picture.bytes),
          caption: figure.caption,
          json,
        });
      }
    }
    await out.close();
    progress.finish();
    if (out.count() === 0)
      throw new OverreadError(
        'bad-argument',
        'No figure with a caption was found: give article packages (.tar.gz) or folders.',
      );
    return { items: out.count(), counts: counts.counts(), skipped: skippedOf(skipped.counts()) };
  });
}

const biomedicaBuilder: Builder = {
  id: 'biomedica',
  kind: 'builder',
  summary: 'figures, captions and mentions out of open-access article packages',
  paper: {
    title:
      'BIOMEDICA: An Open Biomedical Image-Caption Archive, Dataset, and Vision-Language Models Derived from Scientific Literature',
    arxiv: '2501.07171',
    url: 'https://github.com/minwoosun/biomedica-etl',
    year: 2025,
  },
  command: 'overread make biomedica PACKAGES --out DIR',
  needs: ['article packages of PubMed Central’s open-access subset'],
  writes: 'biomedica',
  options,
  build,
  check: checkBiomedica,
};
export default biomedicaBuilder;
