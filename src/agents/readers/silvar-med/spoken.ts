// Which sound is an item's spoken question: its own, by name and hash, or none. Never another item's.
import { OverreadError } from '../../../domain/errors.ts';
import type { Material } from '../../../domain/material.ts';
import type { PromptPart, Question } from '../../../domain/question.ts';

export interface SpokenQuestion {
  readonly hash: string;
  readonly mediaType: string;
}

/** "q12" of "sounds/q12.wav". */
function stem(id: string): string {
  const last = id.split('/').at(-1) ?? id;
  return last.replace(/\.(wav|mp3)$/i, '');
}

const belongs = (material: Material, { id, patientId }: Pick<Question, 'id' | 'patientId'>): boolean =>
  (material.id === id || stem(material.id) === stem(id)) &&
  (material.patientId === undefined || material.patientId === patientId);

/**
 * The spoken question of an item: the sound in its prompt, or else the sound among its materials that bears its id.
 * Undefined when it has no sound at all. Errors: `file-corrupt` for several sounds, for a sound that its materials give to
 * another item, and for sounds of other items only.
 */
export function spokenQuestion(
  question: Pick<Question, 'id' | 'patientId' | 'prompt' | 'materials'>,
): SpokenQuestion | undefined {
  const { prompt = [], materials = [], id } = question;
  const inPrompt = prompt.filter((part): part is PromptPart & { type: 'audio' } => part.type === 'audio');
  const sounds = materials.filter(({ kind }) => kind === 'audio');
  const mismatch = (whose: string) =>
    new OverreadError(
      'file-corrupt',
      `The sound of item ${id} belongs to ${whose}: give each item the sound of its own question.`,
    );
  if (inPrompt.length > 1)
    throw new OverreadError(
      'file-corrupt',
      `Item ${id} has ${inPrompt.length} sounds for one question: give one.`,
    );
  if (inPrompt.length === 1) {
    const [{ hash, mediaType }] = inPrompt;
    const stranger = sounds.find((sound) => sound.hash === hash && !belongs(sound, question));
    if (stranger !== undefined) throw mismatch(`"${stranger.id}"`);
    return { hash, mediaType };
  }
  const own = sounds.filter((sound) => belongs(sound, question));
  if (own.length > 1)
    throw new OverreadError(
      'file-corrupt',
      `Item ${id} has ${own.length} sounds for one question: give one.`,
    );
  if (own.length === 0) {
    if (sounds.length > 0) throw mismatch(`"${sounds[0].id}"`);
    return undefined;
  }
  const [{ hash, mediaType }] = own;
  if (hash === undefined || mediaType === undefined) throw missingSound(id);
  return { hash, mediaType };
}

/** An item that should have a sound and has none: no other sound takes its place. */
export function missingSound(id: string): OverreadError {
  return new OverreadError(
    'file-not-found',
    `Item ${id} has no spoken question: add its sound, or let it be spoken with --option voice=speak and --expert speak=….`,
  );
}
