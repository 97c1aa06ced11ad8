// A phantom: its description, what it looks like, and what is true of it.
import { contentHash } from '../domain/content-hash.ts';
import type { Annotation, Volume } from '../domain/volume.ts';
import type { PhantomDescription } from './description.ts';
import { renderPhantom } from './render.ts';
import { type PhantomTruth, truthOf } from './truth.ts';

export interface Phantom {
  readonly id: string;
  readonly patient: string;
  /** What it is, in words. */
  readonly about: string;
  readonly description: PhantomDescription;
  /** Drawn anew at each call; a few tens of milliseconds and megabytes. */
  render(): { volume: Volume; annotation: Annotation };
  /** Worked out from the description when first asked for; never measured. */
  readonly truth: PhantomTruth;
}

/** A phantom out of its description. */
export function phantomOf(
  name: { readonly id: string; readonly patient: string; readonly about: string },
  description: PhantomDescription,
): Phantom {
  let truth: PhantomTruth | undefined;
  return {
    ...name,
    description,
    render: () => renderPhantom(description, contentHash(description)),
    get truth() {
      truth ??= truthOf(description);
      return truth;
    },
  };
}
