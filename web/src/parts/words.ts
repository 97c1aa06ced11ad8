// Numbers and names as people read them.
import type { Outcome } from '@shapes/reads.ts';
import type { Tone } from './badge.tsx';

export const STAGE_WORDS = {
  recognition: 'Recognition',
  measurement: 'Measurement',
  'visual-reasoning': 'Visual reasoning',
  'medical-reasoning': 'Medical reasoning',
} as const;
/** CSS colour of a stage. */
export const stageColour = (stage: string): string => `var(--stage-${stage})`;

export const OUTCOME_TONES: Readonly<Record<Outcome, Tone>> = {
  right: 'good',
  partial: 'warn',
  wrong: 'bad',
  unparsed: 'warn',
  refused: 'warn',
  failed: 'bad',
  unsupported: 'neutral',
  unscored: 'neutral',
};

export const count = (n: number): string => n.toLocaleString('en-GB');

/** "1 case", "2 cases": what takes an s. */
export const number = (n: number, one: string): string => `${count(n)} ${one}${n === 1 ? '' : 's'}`;

/** 0…1 as per cent with one decimal. */
export const percent = (share: number | null | undefined): string =>
  share === null || share === undefined ? '–' : (100 * share).toFixed(1);

export const dollars = (usd: number | null | undefined): string =>
  usd === null || usd === undefined ? '–' : usd === 0 ? '$0' : usd < 0.01 ? '< $0.01' : `$${usd.toFixed(2)}`;

/** "42 s", "3 min 5 s", "2 h 10 min". */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** "organ volume cm3" from "organ-volume-cm3", "organ HU ratio" from "organ-hu-ratio". */
export const words = (id: string): string =>
  id.replaceAll(/[-_]/g, ' ').replaceAll(/\b(hu|pdac|pnet|ct|mri|pet|qa)\b/g, (short) => short.toUpperCase());

/** A question type in words: "PDAC existence", "organ HU ratio". */
export const typeWords = (type: string): string => words(type);

/** A date in the visitor's own zone, to the minute. */
export const when = (iso: string): string =>
  new Date(iso).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

/** Text that a header or a model wrote, with control and direction characters made visible. */
export const plain = (text: string): string =>
  text.replaceAll(/(?![\n\t\r])[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
