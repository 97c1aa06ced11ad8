// One page of a Parquet column to its values, every promise in it checked before it is kept.
import type {
  ColumnMetaData,
  CompressionCodec,
  Compressors,
  DecodedArray,
  Encoding,
  PageHeader,
  SchemaTree,
} from 'hyparquet';
import { assembleLists } from 'hyparquet/src/assemble.js';
import { convert, convertWithDictionary, DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import { readDataPage, readDataPageV2 } from 'hyparquet/src/datapage.js';
import { readPlain } from 'hyparquet/src/plain.js';
import { getMaxDefinitionLevel, getMaxRepetitionLevel } from 'hyparquet/src/schema.js';
import { OverreadError } from '../domain/errors.ts';
import { checkDeltas, checkRuns } from './parquet-runs.ts';

/** More values than any writer puts on a page. */
const MAX_VALUES = 1 << 24;

export interface PageDecoder {
  /** Keeps the values of a dictionary page for the pages after it. */
  dictionary(header: PageHeader, body: Uint8Array): void;
  /**
   * Rows of a data page, appended to `before`, whose last row a page of lists may go on with. The result may be another
   * array than `before`.
   */
  rows(header: PageHeader, body: Uint8Array, before: unknown[]): ArrayLike<unknown>;
  /** Values of a column with lists may be more or fewer than its rows. */
  readonly lists: boolean;
}

const widthOf = (level: number) => 32 - Math.clz32(level);

function bounded(count: number | undefined, what: string): number {
  if (count === undefined || !(count >= 0 && count <= MAX_VALUES))
    throw new RangeError(`${what} is ${count ?? 'missing'}`);
  return count;
}

/** @param schemaPath from the root to the column's leaf */
export function pageDecoder(
  chunk: ColumnMetaData,
  schemaPath: SchemaTree[],
  compressors: Compressors,
  maxBytes: number,
): PageDecoder {
  const { element } = schemaPath[schemaPath.length - 1];
  const maxDefinition = getMaxDefinitionLevel(schemaPath);
  const maxRepetition = getMaxRepetitionLevel(schemaPath);
  if (maxDefinition > 255) throw new RangeError('its columns are nested too deeply');
  const { type } = chunk;
  const column = {
    ...{ pathInSchema: chunk.path_in_schema, element, schemaPath, type, compressors, utf8: false },
    // What a page is handed on with is unpacked already.
    codec: 'UNCOMPRESSED' as CompressionCodec,
    parsers: DEFAULT_PARSERS,
  };
  let dictionary: DecodedArray | undefined;

  const unpack = (body: Uint8Array, length: number): Uint8Array => {
    if (!(length >= 0)) throw new RangeError('a page has a negative length');
    if (chunk.codec === 'UNCOMPRESSED') {
      if (body.length !== length) throw new RangeError('a page is not as long as it says');
      return body;
    }
    const codec = compressors[chunk.codec];
    if (codec === undefined)
      throw new OverreadError(
        'format-unsupported',
        `The file is packed with ${chunk.codec}, which is not read: write it with Snappy or Zstandard.`,
      );
    const bytes = codec(body, length);
    if (bytes.length !== length) throw new RangeError('a page is not as long as it says');
    return bytes;
  };

  /** Levels of a version 1 page, behind their length: where they end, and how many are the highest. */
  const checkLevels = (page: Uint8Array, from: number, level: number, count: number) => {
    if (level === 0) return { end: from, highest: count };
    if (from + 4 > page.length) throw new RangeError('its levels are missing');
    const end = from + 4 + new DataView(page.buffer, page.byteOffset).getUint32(from, true);
    return { end, highest: checkRuns(page, from + 4, end, widthOf(level), count, level) };
  };

  /** Values coded as runs or deltas, before they are unpacked. */
  const checkValues = (page: Uint8Array, from: number, encoding: string, count: number): void => {
    if (count === 0) return;
    if (encoding.startsWith('DELTA_')) checkDeltas(page, from, count, encoding, maxBytes);
    if (encoding.endsWith('_DICTIONARY')) {
      if (from >= page.length) throw new RangeError('its indices are missing');
      if (page[from] > 0) checkRuns(page, from + 1, page.length, page[from], count);
    }
    if (encoding === 'RLE') {
      if (from + 4 > page.length) throw new RangeError('its values are missing');
      checkRuns(page, from + 4, page.length, 1, count);
    }
    if (encoding === 'BYTE_STREAM_SPLIT' && count > page.length - from)
      throw new RangeError('its values are missing');
  };

  const finish = (
    { definitionLevels, repetitionLevels, dataPage }: ReturnType<typeof readDataPage>,
    encoding: Encoding,
    before: unknown[],
  ): ArrayLike<unknown> => {
    if (encoding.endsWith('_DICTIONARY')) {
      if (dictionary === undefined) throw new RangeError('its dictionary is missing');
      for (let at = 0; at < dataPage.length; at++)
        if (!(Number(dataPage[at]) < dictionary.length))
          throw new RangeError('an index lies outside its dictionary');
    }
    const values = convertWithDictionary(dataPage, dictionary, encoding, column);
    return assembleLists(before, definitionLevels, repetitionLevels, values, schemaPath);
  };

  return {
    lists: maxRepetition > 0,
    dictionary(header, body) {
      const count = bounded(header.dictionary_page_header?.num_values, 'the size of a dictionary');
      const page = unpack(body, header.uncompressed_page_size);
      const reader = { view: new DataView(page.buffer, page.byteOffset, page.byteLength), offset: 0 };
      dictionary = convert(readPlain(reader, type, count, element.type_length), column);
    },
    rows(header, body, before) {
      const first = header.data_page_header;
      if (header.type === 'DATA_PAGE' && first !== undefined) {
        const count = bounded(first.num_values, 'the number of values');
        const page = unpack(body, header.uncompressed_page_size);
        const repetition = checkLevels(page, 0, maxRepetition, count);
        const definition = checkLevels(page, repetition.end, maxDefinition, count);
        checkValues(page, definition.end, first.encoding, definition.highest);
        return finish(readDataPage(page, first, column), first.encoding, before);
      }
      const second = header.data_page_header_v2;
      if (header.type !== 'DATA_PAGE_V2' || second === undefined)
        throw new RangeError('a page is of an unknown kind');
      const count = bounded(second.num_values, 'the number of values');
      const nulls = bounded(second.num_nulls, 'the number of nulls');
      const repetition = bounded(second.repetition_levels_byte_length, 'the length of its levels');
      const from = repetition + bounded(second.definition_levels_byte_length, 'the length of its levels');
      if (nulls > count || from > body.length) throw new RangeError('its levels are damaged');
      if (maxRepetition > 0) checkRuns(body, 0, repetition, widthOf(maxRepetition), count);
      const here =
        maxDefinition === 0
          ? count
          : checkRuns(body, repetition, from, widthOf(maxDefinition), count, maxDefinition);
      if (here !== count - nulls) throw new RangeError('its levels do not go with its nulls');
      const packed = second.is_compressed !== false && chunk.codec !== 'UNCOMPRESSED';
      const page = packed
        ? Buffer.concat([
            body.subarray(0, from),
            unpack(body.subarray(from), header.uncompressed_page_size - from),
          ])
        : body;
      checkValues(page, from, second.encoding, here);
      const plain = {
        ...header,
        uncompressed_page_size: page.length,
        data_page_header_v2: { ...second, is_compressed: false },
      };
      const { definitionLevels = [], ...rest } = readDataPageV2(page, plain, column);
      return finish({ ...rest, definitionLevels }, second.encoding, before);
    },
  };
}
