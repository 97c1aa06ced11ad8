// Tables of text: comma- and tab-separated values (RFC 4180), with quoted line breaks and cells of any length.
import { OverreadError } from '../domain/errors.ts';
import type { ByteSource, Streamed, StreamOptions } from './source.ts';
import { type Boundary, type Piece, split, utf8 } from './split.ts';
import { corrupt, truncated } from './stream-errors.ts';

export interface DelimitedOptions extends StreamOptions {
  /** Default: a tab where the name says .tsv or .tab, else a comma. */
  readonly separator?: ',' | '\t' | ';' | '|';
  /** False: quotes are letters like any other. Default true. */
  readonly quotes?: boolean;
  /** Names of the columns. Default: the first row. */
  readonly header?: readonly string[];
  /** Whether the first row is no record, also where `header` takes its place. Default: only without `header`. */
  readonly headRow?: boolean;
}

const QUOTE = 0x22;
const LF = 0x0a;
const CR = 0x0d;

/** Ends of rows. As in common writers, a quote opens a quoted cell at the cell's beginning only. */
function rowBoundary(separator: number, quotes: boolean): Boundary {
  let quoted = false;
  let cellStart = true;
  // A quote within quotes, of which the next byte says whether it was doubled.
  let closing = false;
  /** Whether a cell begins at `at`, seen from `from` on: a byte-order mark before a first cell is not part of it. */
  const begins = (chunk: Uint8Array, at: number, from: number): boolean => {
    let before = at - 1;
    while (before >= from && (chunk[before] === 0xef || chunk[before] === 0xbb || chunk[before] === 0xbf))
      before--;
    return before < from ? cellStart : chunk[before] === separator;
  };
  return {
    // Cells may hold pictures, so that bytes are searched and not walked over.
    end(chunk, from) {
      let at = from;
      let lineEnd = -2;
      while (at < chunk.length) {
        if (quoted) {
          at = chunk.indexOf(QUOTE, at);
          if (at < 0) return -1;
          at++;
          quoted = false;
          closing = true;
          continue;
        }
        if (closing && chunk[at] === QUOTE) {
          quoted = true;
          closing = false;
          at++;
          continue;
        }
        if (closing) cellStart = false;
        closing = false;
        if (lineEnd !== -1 && lineEnd < at) lineEnd = chunk.indexOf(LF, at);
        const stop = lineEnd < 0 ? chunk.length : lineEnd;
        const opening = quotes ? openingQuote(chunk.subarray(0, stop), at) : -1;
        if (opening >= 0) {
          quoted = true;
          cellStart = false;
          at = opening + 1;
          continue;
        }
        if (lineEnd >= 0) {
          cellStart = true;
          return lineEnd + 1;
        }
        cellStart = begins(chunk, chunk.length, at);
        return -1;
      }
      return -1;
    },
    blank: (bytes) =>
      bytes.length === 0 || bytes[0] === LF || (bytes.length === 2 && bytes[0] === CR && bytes[1] === LF),
  };

  /** The first quote from `from` on that opens a cell; the line ends with the chunk. */
  function openingQuote(line: Uint8Array, from: number): number {
    let found = line.indexOf(QUOTE, from);
    while (found >= 0 && !begins(line, found, from)) found = line.indexOf(QUOTE, found + 1);
    return found;
  }
}

/** The cells of one row; undefined when a quoted cell does not end. */
export function cellsOf(row: string, separator: string, quotes: boolean): string[] | undefined {
  const text = row.endsWith('\n') ? row.slice(0, row.endsWith('\r\n') ? -2 : -1) : row;
  if (!quotes || !text.includes('"')) return text.split(separator);
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    let cell = '';
    if (text[at] === '"') {
      at++;
      for (;;) {
        const close = text.indexOf('"', at);
        if (close < 0) return undefined;
        cell += text.slice(at, close);
        at = close + 1;
        if (text[at] !== '"') break;
        cell += '"';
        at++;
      }
    }
    const next = text.indexOf(separator, at);
    cells.push(cell + text.slice(at, next < 0 ? text.length : next));
    if (next < 0) return cells;
    at = next + separator.length;
  }
}

/** Rows of a small table in memory, of any lengths; empty lines are left out. Throws `file-truncated`, naming no file. */
export function tableRows(text: string, separator = ','): string[][] {
  const bytes = Buffer.from(text);
  const boundary = rowBoundary(separator.charCodeAt(0), true);
  const rows: string[][] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = boundary.end(bytes, at);
    const row = bytes.subarray(at, end < 0 ? bytes.length : end);
    at += row.length;
    if (boundary.blank(row)) continue;
    const cells = cellsOf(utf8(row), separator, true);
    if (cells === undefined)
      throw new OverreadError('file-truncated', 'The table ends within a quoted cell: copy it again.');
    rows.push(cells);
  }
  return rows;
}

/**
 * Rows of a table, cells by the names of their columns. Empty lines and columns without a name are left out; a row must
 * have as many cells as the head row.
 * @throws `file-corrupt`, `file-truncated`, `limit-exceeded`, naming file and record
 */
export async function* delimitedRecords(
  source: ByteSource,
  options: DelimitedOptions = {},
): AsyncGenerator<Streamed<Record<string, string>>> {
  const { name } = source;
  const separator = options.separator ?? (/\.(tsv|tab)(\.gz)?$/i.test(name) ? '\t' : ',');
  const quotes = options.quotes ?? true;
  const pieces = (from: StreamOptions) => split(source, from, rowBoundary(separator.charCodeAt(0), quotes));
  const cells = ({ bytes, index, ended }: Piece) => {
    let found: string[] | undefined;
    try {
      found = cellsOf(utf8(bytes), separator, quotes);
    } catch (cause) {
      throw ended ? corrupt(name, index, 'it is not UTF-8', cause) : truncated(name, index);
    }
    if (found === undefined) throw truncated(name, index);
    return found;
  };
  let header = options.header;
  let begin = options.from;
  if (options.headRow ?? header === undefined) {
    const { from: _, ...rest } = options;
    for await (const head of pieces(rest)) {
      header ??= cells(head);
      begin ??= { ...head.next, index: 0 };
      break;
    }
    if (header === undefined) return;
    const twice = header.find((column, at) => column !== '' && header?.indexOf(column) !== at);
    if (twice !== undefined)
      throw new OverreadError(
        'file-corrupt',
        `${name} has two columns named "${twice.slice(0, 80)}": rename one of them.`,
      );
  }
  const columns = header;
  for await (const piece of pieces({ ...options, ...(begin === undefined ? {} : { from: begin }) })) {
    const row = cells(piece);
    if (row.length !== columns.length)
      throw piece.ended || row.length > columns.length
        ? corrupt(name, piece.index, `it has ${row.length} cells where the head row has ${columns.length}`)
        : truncated(name, piece.index);
    const named = columns.flatMap((column, at) => (column === '' ? [] : [[column, row[at]] as const]));
    yield { value: Object.fromEntries(named), next: piece.next };
  }
}
