// Open-i's chest radiograph records: sections, coded headings, pictures and licence out of one XML file each.
import { OverreadError } from '../../../domain/errors.ts';

export interface OpenIRecord {
  /** "CXR1". */
  readonly id: string;
  readonly comparison: string;
  readonly indication: string;
  readonly findings: string;
  readonly impression: string;
  /** Coded headings, "Opacity/lung/base/left". */
  readonly headings: readonly string[];
  /** Names of pictures without their ending. */
  readonly pictures: readonly string[];
  readonly licence: string;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Text content with entities undone. */
function plain(text: string): string {
  return text
    .replace(/<!\[CDATA\[([\s\S]*?)\]\]>|<[^>]*>/g, (_, inside: string | undefined) => inside ?? ' ')
    .replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w{1,8}));/gi, (whole, hex, decimal, name: string) => {
      const code = hex ? Number.parseInt(hex, 16) : decimal ? Number(decimal) : undefined;
      if (code === undefined) return ENTITIES[name.toLowerCase()] ?? whole;
      return code > 0x10ffff ? whole : String.fromCodePoint(code);
    })
    .replace(/\s+/g, ' ')
    .trim();
}

interface Element {
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
}

const ATTRIBUTE = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/** Elements of a name that do not hold one of their own kind, as they come. One without its end ends the search. */
function elements(xml: string, name: string): Element[] {
  const found: Element[] = [];
  let at = 0;
  for (;;) {
    const open = xml.indexOf(`<${name}`, at);
    const close = open < 0 ? -1 : xml.indexOf('>', open);
    if (close < 0) return found;
    at = close + 1;
    const head = xml.slice(open + 1 + name.length, close);
    if (!/^(?:\s|\/?$)/.test(head)) continue;
    const attributes = Object.fromEntries(
      [...head.matchAll(ATTRIBUTE)].map(([, key, one, two]) => [key, plain(one ?? two ?? '')]),
    );
    if (head.endsWith('/')) {
      found.push({ attributes, text: '' });
      continue;
    }
    const end = xml.indexOf(`</${name}`, at);
    if (end < 0) return found;
    found.push({ attributes, text: xml.slice(at, end) });
    at = end;
  }
}

/** The source without comments; one that does not end takes the rest with it. */
function withoutComments(source: string): string {
  const parts = source.split('<!--');
  return parts.map((part, at) => (at === 0 ? part : part.split('-->').slice(1).join('-->'))).join('');
}

/** @throws `file-truncated` for a file without its end, `file-corrupt` for one that is no such record */
export function readOpenI(source: string, file: string): OpenIRecord {
  const xml = withoutComments(source);
  if (!xml.includes('<eCitation'))
    throw new OverreadError('file-corrupt', `${file} is no report of Open-i: copy it again.`);
  if (!xml.includes('</eCitation>'))
    throw new OverreadError('file-truncated', `${file} ends within the record: copy it again.`);
  const id = elements(xml, 'uId')[0]?.attributes.id;
  if (id === undefined) throw new OverreadError('file-corrupt', `${file} has no uId: copy it again.`);
  const sections = new Map(
    elements(xml, 'AbstractText').map(({ attributes, text }) => [attributes.Label ?? '', plain(text)]),
  );
  return {
    id,
    comparison: sections.get('COMPARISON') ?? '',
    indication: sections.get('INDICATION') ?? '',
    findings: sections.get('FINDINGS') ?? '',
    impression: sections.get('IMPRESSION') ?? '',
    headings: elements(elements(xml, 'MeSH')[0]?.text ?? '', 'major').map(({ text }) => plain(text)),
    pictures: elements(xml, 'parentImage').flatMap(({ attributes }) => attributes.id ?? []),
    licence: plain(elements(xml, 'ccLicense')[0]?.text ?? ''),
  };
}
