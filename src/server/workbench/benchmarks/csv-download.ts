// Long tables as downloads: rows are written as they are asked for, never all at once.
import { type CsvValue, csvHeaders, csvLine } from '../shapes/csv.ts';

const ROWS_AT_ONCE = 500;

/** A reply that streams rows as a CSV file with a heading. `name` has no ending. */
export function csvDownload(
  name: string,
  heading: readonly string[],
  rows: Iterable<readonly CsvValue[]>,
): Response {
  const encoder = new TextEncoder();
  const left = rows[Symbol.iterator]();
  // Spreadsheets take UTF-8 without a byte-order mark for something else.
  let text = `\uFEFF${csvLine(heading)}`;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      for (let n = 0; n < ROWS_AT_ONCE; n++) {
        const next = left.next();
        if (next.done === true) {
          if (text !== '') controller.enqueue(encoder.encode(text));
          controller.close();
          return;
        }
        text += csvLine(next.value);
      }
      controller.enqueue(encoder.encode(text));
      text = '';
    },
  });
  return new Response(body, { headers: csvHeaders(name) });
}
