// Access to a published item that has no scan: pictures only, nothing to measure and nothing to crop.
import { OverreadError } from '../domain/errors.ts';
import type { AskedCase } from '../domain/reader.ts';
import type { CaseAccess } from '../domain/tool.ts';

export function itemAccess(record: AskedCase): CaseAccess {
  const nothing = async () => {
    throw new OverreadError(
      'not-allowed',
      'This item has no annotated scan: nothing is measured on masks here.',
    );
  };
  return {
    record,
    maskSource: 'none',
    measurements: nothing,
    annotation: nothing,
    volume: async () => undefined,
    availableCrops: async () => [],
    crop: async () => undefined,
  };
}
