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

/** Elements of a name that do not hold one of their own kind, as they come. Comments are left out before. */
function elements(xml: string, name: string): Element[] {
  const pattern = new RegExp(
    `<${name}((?:\\s+[\\w:.-]+\\s*=\\s*(?:"[^"]*"|'[^']*'))*)\\s*(?:/>|>([\\s\\S]*?)</${name}\\s*>)`,
    'g',
  );
  return [...xml.matchAll(pattern)].map(([, attributes, inside]) => ({
    attributes: Object.fromEntries(
      [...attributes.matchAll(/([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)].map(([, key, one, two]) => [
        key,
        plain(one ?? two ?? ''),
      ]),
    ),
    text: inside ?? '',
  }));
}

/** @throws `file-truncated` for a file without its end, `file-corrupt` for one that is no such record */
export function readOpenI(source: string, file: string): OpenIRecord {
  const xml = source.replace(/<!--[\s\S]*?-->/g, '');
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
