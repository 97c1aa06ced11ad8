// The builder's own check: articles of our own with every kind of figure, read as released and strictly.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { CheckContext, CheckResult } from '../../../domain/method.ts';
import { silent } from '../../../domain/progress.ts';
import { random } from '../../../domain/random.ts';
import { tarEnd, tarEntry } from '../../../records/tar-writer.ts';
import { clopperPearson } from '../../../scoring/statistics/interval.ts';
import biomedica from './index.ts';

/** A JPEG of noise, so that no two pictures are alike. */
export async function noiseJpeg(seed: string, side = 48): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp');
  const rng = random(seed, 'jpeg');
  const data = new Uint8Array(side * side * 3).map(() => rng.int(256));
  return sharp(data, { raw: { width: side, height: side, channels: 3 } })
    .jpeg()
    .toBuffer();
}

const plainFigure = (id: string, graphic: string, caption: string) =>
  `<fig id="${id}"><label>Figure</label><caption><p>${caption}</p></caption><graphic xlink:href="${graphic}"/></fig>`;
const nestedFigure = (id: string, graphic: string, caption: string) =>
  `<fig id="${id}"><caption><p>${caption}</p></caption><alternatives><graphic xlink:href="${graphic}.jpg"/><graphic xlink:href="${graphic}_small.gif"/></alternatives></fig>`;

/** The text of an article whose body is given. */
export function articleText(body: string, licence = 'https://creativecommons.org/licenses/by/4.0/'): string {
  return `<?xml version="1.0"?>
<article xmlns:xlink="http://www.w3.org/1999/xlink"><front>
<journal-meta><journal-title-group><journal-title>A Journal</journal-title></journal-title-group></journal-meta>
<article-meta><article-id pub-id-type="pmid">123</article-id><title-group><article-title>A title</article-title></title-group>
<pub-date><day>3</day><month>4</month><year>2024</year></pub-date>
<permissions><license xlink:href="${licence}"><license-p>Open access.</license-p></license></permissions>
<abstract><p>In short.</p></abstract><kwd-group><kwd>one</kwd><kwd>two</kwd></kwd-group></article-meta></front>
<body>${body}</body></article>`;
}

/** Three figures: plain, nested in alternatives, and without a caption; four mentions, one in a list, one of two. */
export function articleBody(n: number): string {
  return `<sec><p>See <xref ref-type="fig" rid="f${n}-1">Figure 1</xref> for the plain one.</p>
<p>Both <xref ref-type="fig" rid="f${n}-1 f${n}-2">figures</xref> are shown.</p>
<list><list-item><p>Listed: <italic><xref ref-type="fig" rid="f${n}-2">Figure 2</xref></italic>.</p></list-item></list>
${plainFigure(`f${n}-1`, `gr${n}a`, `Plain caption ${n}.`)}
${nestedFigure(`f${n}-2`, `gr${n}b`, `Nested caption ${n}.`)}
<fig id="f${n}-3"><graphic xlink:href="gr${n}c"/></fig></sec>`;
}

/** Packages of our own: every second one an archive, the others folders. */
export async function writePackages(folder: string, articles: number): Promise<void> {
  for (let n = 0; n < articles; n++) {
    const id = `PMC${1000 + n}`;
    const licence = n % 3 === 2 ? 'https://creativecommons.org/licenses/by-nc/4.0/' : undefined;
    const files: [string, Uint8Array][] = [
      [`${id}/article.nxml`, Buffer.from(articleText(articleBody(n), licence))],
      ...(await Promise.all(
        ['a', 'b', 'c'].map(
          async (which): Promise<[string, Uint8Array]> => [
            `${id}/gr${n}${which}.jpg`,
            await noiseJpeg(`${n}${which}`),
          ],
        ),
      )),
      [`${id}/icon${n}.jpg`, await noiseJpeg(`icon${n}`, 12)],
    ];
    if (n % 2 === 0) {
      const tar = Buffer.concat([...files.map(([name, bytes]) => tarEntry(name, bytes)), tarEnd()]);
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, `${id}.tar.gz`), gzipSync(tar));
    } else {
      await mkdir(join(folder, id), { recursive: true });
      for (const [name, bytes] of files) await writeFile(join(folder, name), bytes);
    }
  }
}

const ARTICLES = 12;

/** Captions found, of the two that each article has: the released rule misses those nested in alternatives. */
export async function checkBiomedica(
  context: CheckContext,
): Promise<Omit<CheckResult, 'method' | 'seconds'>> {
  const source = join(context.scratch, 'packages');
  await writePackages(source, ARTICLES);
  const made = async (protocol: 'published' | 'strict') => {
    const out = join(context.scratch, `out-${protocol}`);
    const { items, skipped } = await biomedica.build({
      source,
      out,
      protocol,
      seed: context.seed,
      options: {},
      progress: silent,
      signal: context.signal,
    });
    return {
      items,
      withoutCaption: skipped.find(({ reason }) => reason.includes('without a caption'))?.count ?? 0,
    };
  };
  const [published, strict] = [await made('published'), await made('strict')];
  const real = 2 * ARTICLES;
  // As released, figures without a caption get the words "No caption found", nested ones among them.
  const invented = published.items - ARTICLES;
  return {
    passed: strict.items === real && published.items === 3 * ARTICLES,
    baseline: { name: 'true captions found as released (share)', value: (published.items - invented) / real },
    result: { name: 'true captions found (share)', value: strict.items / real },
    ci95: clopperPearson(strict.items, real),
    mustNotWin: {
      regime: 'figures that have no caption: captions found there',
      value: strict.items - real,
      held: strict.items === real && strict.withoutCaption === ARTICLES,
    },
    detail: `${ARTICLES} articles with a plain, a nested and an uncaptioned figure each`,
  };
}
