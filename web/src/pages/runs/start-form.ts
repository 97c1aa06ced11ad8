// What the start form holds, what is wrong with it, and what it asks the server for.
import type { NewRuns } from '@shapes/runs.ts';

export interface Form {
  readonly benchmark: string | undefined;
  readonly readers: readonly string[];
  readonly format: 'mc' | 'free';
  readonly repeats: string;
  readonly limit: string;
  readonly seed: string;
  readonly maxCost: string;
  readonly confidence: boolean;
  readonly ladder: boolean;
  readonly publishedTools: boolean;
  readonly options: Readonly<Record<string, string>>;
}

export const FRESH: Form = {
  benchmark: undefined,
  readers: [],
  format: 'mc',
  repeats: '1',
  limit: '',
  seed: '0',
  maxCost: '',
  confidence: false,
  ladder: false,
  publishedTools: false,
  options: {},
};

export function numberMistake(text: string, name: 'repeats' | 'limit' | 'maxCost'): string | undefined {
  const value = Number(text.trim());
  if (text.trim() === '') return undefined;
  if (name === 'maxCost')
    return Number.isFinite(value) && value >= 0 ? undefined : 'Write a number of 0 or more.';
  const most = name === 'repeats' ? 100 : 10_000_000;
  return Number.isInteger(value) && value >= 1 && value <= most
    ? undefined
    : `Write a whole number from 1 to ${most.toLocaleString('en-GB')}.`;
}

export function mistakesIn(form: Form, benchmark: string | undefined): string[] {
  const numbers = (['repeats', 'limit', 'maxCost'] as const).map((name) => numberMistake(form[name], name));
  return [
    benchmark === undefined ? 'no benchmark' : undefined,
    form.readers.length === 0 ? 'no reader' : undefined,
    ...numbers,
  ].filter((one) => one !== undefined);
}

export function wantedOf(form: Form, benchmark: string, isPublished: boolean): NewRuns {
  const number = (name: 'repeats' | 'limit' | 'maxCost') =>
    form[name].trim() === '' ? {} : { [name]: Number(form[name]) };
  const options = Object.fromEntries(Object.entries(form.options).filter(([, value]) => value !== ''));
  return {
    benchmark,
    readers: [...form.readers],
    ...(isPublished ? {} : { format: form.format }),
    ...number('repeats'),
    ...number('limit'),
    ...number('maxCost'),
    ...(isPublished || form.seed.trim() === '' ? {} : { seed: form.seed.trim() }),
    ...(Object.keys(options).length === 0 ? {} : { options }),
    ...(form.confidence ? { confidence: true } : {}),
    ...(form.ladder && !isPublished ? { ladder: true } : {}),
    ...(form.publishedTools ? { publishedTools: true } : {}),
  };
}
