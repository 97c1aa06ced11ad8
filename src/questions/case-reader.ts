// Reads cases of a source by name; failures are results too. The same in the main thread and in workers.
import { messageOf, OverreadError } from '../domain/errors.ts';
import type { RuleSet } from '../domain/measurement.ts';
import { type LabelMemory, labelMemory } from '../imaging/label-memory.ts';
import { findLayout, type LayoutCase } from '../imaging/layout.ts';
import { criteriaSet } from '../knowledge/criteria.ts';
import { typesNamed } from './ask.ts';
import type { OptionValues } from './question-type.ts';
import { type CaseResult, readCase, type Splits } from './read-case.ts';

/** What a reader needs to know, as plain data that can be sent to a thread. */
export interface CaseSelection {
  readonly source: string;
  readonly layout: string;
  readonly scheme?: string;
  readonly seed: string;
  readonly secret: string;
  readonly rules: RuleSet;
  readonly criteria: string;
  readonly types?: readonly string[];
  readonly options: OptionValues;
  readonly splits: Splits;
  readonly licence?: string;
}

export type CaseOutcome =
  | { readonly item: string; readonly result: CaseResult }
  | { readonly item: string; readonly failure: { readonly code: string; readonly message: string } };

/** A function that reads the case of a name, one at a time. It never rejects. */
export function caseReader(selection: CaseSelection): (item: string) => Promise<CaseOutcome> {
  const { criteria, types, ...rest } = selection;
  const memory = labelMemory();
  let cases: Promise<Map<string, LayoutCase>> | undefined;
  const read = async (item: string): Promise<CaseOutcome> => {
    try {
      cases ??= casesOf(selection, memory);
      const found = (await cases).get(item);
      if (found === undefined)
        throw new OverreadError(
          'file-not-found',
          'The case is no longer there: do not change the source during a build.',
        );
      const options = { ...rest, criteria: criteriaSet(criteria), types: typesNamed(types) };
      return { item, result: await readCase(found, options) };
    } catch (error) {
      const code = OverreadError.isInstance(error) ? error.code : 'internal';
      return { item, failure: { code, message: messageOf(error) } };
    } finally {
      // What a case comes to holds no voxels.
      memory.release();
    }
  };
  let last: Promise<unknown> = Promise.resolve();
  return (item) => {
    const outcome = last.then(() => read(item));
    last = outcome;
    return outcome;
  };
}

async function casesOf(
  { source, layout }: CaseSelection,
  memory: LabelMemory,
): Promise<Map<string, LayoutCase>> {
  const cases = new Map<string, LayoutCase>();
  for await (const item of (await findLayout(source, layout)).cases(source, { memory }))
    cases.set(item.item, item);
  return cases;
}
