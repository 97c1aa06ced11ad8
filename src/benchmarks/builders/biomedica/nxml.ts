// Articles of PubMed Central in JATS XML: figures with captions, and the paragraphs that mention them.
import { DOMParser } from 'linkedom';
import { OverreadError } from '../../../domain/errors.ts';
import type { Protocol } from '../../../domain/report.ts';

export interface ArticleFigure {
  /** Stem of the picture's file. */
  readonly graphic: string;
  readonly caption: string;
  readonly label: string;
}

export interface Article {
  readonly title: string;
  readonly journal: string;
  readonly pmid: string;
  readonly date: string;
  readonly keywords: readonly string[];
  readonly categories: readonly string[];
  readonly abstract: string;
  readonly licence: string;
  readonly figures: readonly ArticleFigure[];
  /** Stem of a picture's file → the paragraphs that mention its figure, each once. */
  readonly context: Readonly<Record<string, readonly string[]>>;
}

/** What is used of an element. */
interface Node {
  readonly tagName: string;
  readonly textContent: string | null;
  readonly parentElement: Node | null;
  readonly children: Iterable<Node>;
  getAttribute(name: string): string | null;
  querySelector(selector: string): Node | null;
  querySelectorAll(selector: string): Iterable<Node>;
}

const words = (node: Node | null | undefined): string =>
  (node?.textContent ?? '').replace(/\s+/g, ' ').trim();
const tag = (node: Node): string => node.tagName.toLowerCase();

/** "gr1.jpg" and "gr1" name the same picture; only the known endings of pictures are taken off. */
export function stemOf(name: string): string {
  return (name.split('/').at(-1) ?? name).replace(/\.(?:jpe?g|png|gif|tiff?|eps|svg)$/i, '');
}

/** The nearest ancestor (or the node itself) with one of the tags. */
function nearest(node: Node, tags: ReadonlySet<string>): Node | undefined {
  for (let at: Node | null = node; at !== null; at = at.parentElement) if (tags.has(tag(at))) return at;
  return undefined;
}

const FIGURES: ReadonlySet<string> = new Set([
  'fig',
  'table-wrap',
  'boxed-text',
  'disp-formula',
  'fig-group',
]);
const PARAGRAPHS: ReadonlySet<string> = new Set(['p', 'list-item', 'td', 'title']);

const own = (node: Node, wanted: string): Node | undefined =>
  [...node.children].find((child) => tag(child) === wanted);

/**
 * Caption of a graphic. As released: of its direct parent alone, so that a graphic nested in `alternatives` has none.
 * Strict: of the nearest enclosing figure, or, where that has none, of the group of figures that it belongs to.
 */
function captionOf(graphic: Node, protocol: Protocol): { caption: string; label: string } {
  const parent = graphic.parentElement;
  const figure = protocol === 'published' ? parent : nearest(graphic, FIGURES);
  const group = figure?.parentElement;
  const caption =
    figure === null || figure === undefined
      ? undefined
      : (own(figure, 'caption') ??
        (protocol === 'strict' && group !== null && group !== undefined && tag(group) === 'fig-group'
          ? own(group, 'caption')
          : undefined));
  return {
    caption: caption === undefined ? (protocol === 'published' ? 'No caption found' : '') : words(caption),
    label: figure === null || figure === undefined ? '' : words(own(figure, 'label')),
  };
}

const CREATIVE_COMMONS = /creativecommons\.org\/(?:licenses|publicdomain)\/([a-z-]+)(?:\/([\d.]+))?/i;

function licenceOf(root: Node): string {
  const licence = root.querySelector('license');
  if (licence === null) return '';
  const links = [licence, ...licence.querySelectorAll('ext-link')].map((node) =>
    node.getAttribute('xlink:href'),
  );
  for (const link of [...links, licence.textContent]) {
    const match = CREATIVE_COMMONS.exec(link ?? '');
    if (match === null) continue;
    const kind = match[1].toLowerCase();
    if (kind === 'zero') return 'CC0-1.0';
    return `CC-${kind.toUpperCase()}${match[2] === undefined ? '' : `-${match[2]}`}`;
  }
  return licence.getAttribute('license-type') ?? '';
}

function dateOf(root: Node): string {
  const date = root.querySelector('pub-date');
  const part = (name: string) => words(date?.querySelector(name));
  return ['year', 'month', 'day']
    .map(part)
    .filter((text) => text !== '')
    .map((text) => text.padStart(2, '0'))
    .join('-');
}

/** Which figures a mention names: as released one id with "-" written "."; strict: every id of the list as it is. */
function mentioned(xref: Node, protocol: Protocol): readonly string[] {
  const rid = xref.getAttribute('rid') ?? '';
  return protocol === 'published' ? [rid.replaceAll('-', '.')] : rid.split(/\s+/).filter((id) => id !== '');
}

/**
 * Reads one article.
 * @param protocol "published": graphics' direct parents and mentions directly in paragraphs only, as released; "strict":
 * nested graphics, several ids in one mention, and mentions inside lists, tables and emphasis as well
 * @throws `file-corrupt` when it is no article
 */
export function readArticle(text: string, name: string, protocol: Protocol): Article {
  let root: Node | null;
  try {
    const document = new DOMParser().parseFromString(text, 'text/xml') as unknown as Node;
    root = document.querySelector('article');
  } catch (cause) {
    throw new OverreadError('file-corrupt', `${name} is no XML: copy the package again.`, { cause });
  }
  if (root === null)
    throw new OverreadError('file-corrupt', `${name} holds no article: copy the package again.`);
  const figures: ArticleFigure[] = [];
  const graphicOf = new Map<string, string[]>();
  for (const graphic of root.querySelectorAll('graphic')) {
    const href = graphic.getAttribute('xlink:href') ?? graphic.getAttribute('href');
    if (href === null || href === '') continue;
    const stem = stemOf(href);
    if (figures.some((figure) => figure.graphic === stem)) continue;
    figures.push({ graphic: stem, ...captionOf(graphic, protocol) });
    const figure = nearest(graphic, FIGURES);
    const id = figure?.getAttribute('id') ?? '';
    const key = protocol === 'published' ? id.replaceAll('-', '.') : id;
    if (key !== '') graphicOf.set(key, [...(graphicOf.get(key) ?? []), stem]);
  }
  const context: Record<string, string[]> = {};
  for (const xref of root.querySelectorAll('xref')) {
    if (xref.getAttribute('ref-type') !== 'fig') continue;
    const parent = xref.parentElement;
    const paragraph =
      protocol === 'published'
        ? parent !== null && tag(parent) === 'p'
          ? parent
          : undefined
        : nearest(xref, PARAGRAPHS);
    if (paragraph === undefined) continue;
    const said = words(paragraph);
    for (const id of mentioned(xref, protocol))
      for (const stem of graphicOf.get(id) ?? []) {
        context[stem] ??= [];
        if (!context[stem].includes(said)) context[stem].push(said);
      }
  }
  const meta = root.querySelector('front') ?? root;
  const id = (kind: string) =>
    words([...meta.querySelectorAll('article-id')].find((node) => node.getAttribute('pub-id-type') === kind));
  return {
    title: words(meta.querySelector('article-title')),
    journal: words(meta.querySelector('journal-title')),
    pmid: id('pmid'),
    date: dateOf(meta),
    keywords: [...meta.querySelectorAll('kwd')].map(words),
    categories: [...meta.querySelectorAll('article-categories subject')].map(words),
    abstract: words(meta.querySelector('abstract')),
    licence: licenceOf(meta),
    figures,
    context,
  };
}

/** Commercial use allowed, non-commercial only, or something else: the groups that the data set is divided into. */
export function licenceGroup(licence: string): 'commercial' | 'noncommercial' | 'other' {
  if (/^CC0|^CC-(?:BY|BY-SA|BY-ND)(?:-\d|$)/.test(licence)) return 'commercial';
  return /^CC-BY-NC/.test(licence) ? 'noncommercial' : 'other';
}
