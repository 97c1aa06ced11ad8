// Arguments and results of tool calls as a model or tool wrote them: anything at all, read without trust.
import { isBlobHash } from '../../../storage/blobs.ts';

export type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

export const textIn = (fields: Fields, name: string): string | undefined => {
  const value = fields[name];
  return typeof value === 'string' && value !== '' && value.length <= 200 ? value : undefined;
};

/** Exactly `length` finite numbers. */
export function numbersIn(value: unknown, length: number): number[] | undefined {
  if (!Array.isArray(value) || value.length !== length) return undefined;
  return value.every((n) => typeof n === 'number' && Number.isFinite(n)) ? (value as number[]) : undefined;
}

/** Points of `length` numbers each; undefined unless there is at least one and all are such. */
export function pointsIn(value: unknown, length: number): number[][] | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > 64) return undefined;
  const points = value.map((point) => numbersIn(point, length));
  return points.every((point) => point !== undefined) ? points : undefined;
}

/** Pictures that a result names, wherever it names them; at most `most`. */
export function picturesIn(result: unknown, most = 32): string[] {
  const found = new Set<string>();
  const look = (value: unknown, depth: number): void => {
    if (found.size >= most || depth > 4 || typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) {
      for (const each of value.slice(0, 256)) look(each, depth + 1);
      return;
    }
    for (const [name, each] of Object.entries(value).slice(0, 256)) {
      // `of` names what was looked at, not what came back.
      if (/^(image|picture|page)$/.test(name) && isBlobHash(each)) found.add(each);
      else if (/^(images|pictures|pages)$/.test(name) && Array.isArray(each))
        for (const hash of each.slice(0, most)) {
          if (isBlobHash(hash)) found.add(hash);
          else look(hash, depth + 1);
        }
      else if (name !== 'of') look(each, depth + 1);
    }
  };
  look(result, 0);
  return [...found].slice(0, most);
}
