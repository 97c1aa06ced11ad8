// The label sheet of surgical wounds: one row a surgeon's labels of a picture, columns by their headings.
import { basename } from 'node:path';
import { ATTRIBUTES, labelOf } from '../../../agents/readers/woundqwen/attributes.ts';
import type { WoundRow } from '../../../agents/readers/woundqwen/items.ts';
import { OverreadError } from '../../../domain/errors.ts';
import { delimitedRecords } from '../../../records/delimited.ts';
import type { DataRoot } from '../../../records/source.ts';

const TARGETS = {
  risk: 'infection_risk_assessment',
  urgency: 'urgency_level',
  report: 'medical_report',
} as const;

/** "Image Name" and "image_name" alike. */
const heading = (name: string): string => name.trim().toLowerCase().replace(/\s+/g, '_');

/** The sheet of a release: the only CSV or TSV file that is there. */
export async function sheetName(data: DataRoot): Promise<string> {
  const names = (await data.list()).filter((name) => /\.(csv|tsv)$/i.test(name));
  if (names.length === 1) return names[0];
  throw new OverreadError(
    'bad-argument',
    names.length === 0
      ? 'There is no CSV or TSV file: save the sheet as CSV first.'
      : `There are ${names.length} tables: name the file of labels itself.`,
  );
}

/**
 * Rows in the order of the sheet. A label that the attribute does not have is left out and told to `skip`; a row
 * without a picture's name too. Throws `file-corrupt` when a column is missing.
 */
export async function* woundRows(
  data: DataRoot,
  name: string,
  skip: (reason: string) => void,
): AsyncGenerator<WoundRow> {
  const seen = new Map<string, number>();
  for await (const { value } of delimitedRecords(await data.open(name))) {
    const cells = new Map(Object.entries(value).map(([key, cell]) => [heading(key), cell.trim()]));
    const missing = ['image_name', ...ATTRIBUTES.map(({ column }) => column)].find((key) => !cells.has(key));
    if (missing !== undefined)
      throw new OverreadError(
        'file-corrupt',
        `${basename(name)} has no column "${missing}": is it the sheet of labels?`,
      );
    const image = cells.get('image_name') ?? '';
    if (image === '') {
      skip('a row names no picture');
      continue;
    }
    const facts: Record<string, string> = {};
    for (const attribute of ATTRIBUTES) {
      const label = labelOf(attribute, cells.get(attribute.column) ?? '');
      if (label === undefined) skip(`a row has no known ${attribute.name}`);
      else facts[attribute.id] = label;
    }
    const before = seen.get(image) ?? 0;
    seen.set(image, before + 1);
    const target = (key: keyof typeof TARGETS) => {
      const text = cells.get(TARGETS[key]) ?? '';
      return text === '' ? {} : { [key]: text };
    };
    yield {
      id: before === 0 ? image : `${image}#${before + 1}`,
      image,
      facts,
      ...target('risk'),
      ...target('urgency'),
      ...target('report'),
    };
  }
}
