// A case whose masks are watched: which mask source a read consulted belongs into its record.
import type { CaseAccess } from '../domain/tool.ts';

/** The same access, and the sources of the masks that were consulted through it so far. */
export function watched(access: CaseAccess): { access: CaseAccess; maskSources: string[] } {
  const maskSources: string[] = [];
  const note = () => {
    if (!maskSources.includes(access.maskSource)) maskSources.push(access.maskSource);
  };
  return {
    maskSources,
    access: {
      record: access.record,
      maskSource: access.maskSource,
      measurements: () => {
        note();
        return access.measurements();
      },
      volume: () => access.volume(),
      ...(access.earlier === undefined ? {} : { earlier: async () => access.earlier?.() }),
      ...(access.annotation === undefined
        ? {}
        : {
            annotation: () => {
              note();
              return access.annotation?.() ?? Promise.reject(new TypeError('The masks went away.'));
            },
          }),
      availableCrops: () => {
        note();
        return access.availableCrops();
      },
      crop: (organ) => {
        note();
        return access.crop(organ);
      },
    },
  };
}
