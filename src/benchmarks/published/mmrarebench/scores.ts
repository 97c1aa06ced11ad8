// What MMRareBench makes of a reply: the overlap with the diagnosis and its aliases, and judges' lists as numbers.
import { tokenF1 } from '../../../scoring/text/words.ts';
import { type Parsed, parsed, unparsed, yesNoWords } from '../../replies.ts';

export const TRACKS = ['diagnosis', 'treatment', 'crossmodal', 'examination'] as const;
export type Track = (typeof TRACKS)[number];
/** Questions that the judge is asked in each track. */
export const QUESTIONS: Readonly<Record<Track, number>> = {
  diagnosis: 3,
  treatment: 6,
  crossmodal: 5,
  examination: 8,
};

const words = (text: string): string[] =>
  text
    .toLowerCase()
    .replace(/[!-/:-@[-`{-~]/g, '')
    .replace(/\b(?:a|an|the)\b/g, ' ')
    .split(/\s+/)
    .filter((word) => word !== '');

/** The largest token F1 with any of the names; lower case, without punctuation and articles. */
export function aliasF1(reply: string, names: readonly string[]): number {
  const said = words(reply);
  return names.reduce((best, name) => {
    const wanted = words(name);
    return said.length === 0 || wanted.length === 0 ? best : Math.max(best, tokenF1(said, wanted));
  }, 0);
}

/** Right diagnosis, right category, specific: without the first, no more than a fifth. */
function diagnosisScore([exact, category, specific]: readonly boolean[]): number {
  const rest = Number(category) + Number(specific);
  return exact ? (3 + rest) / 5 : rest / 10;
}

const share = (answers: readonly boolean[]): number => answers.filter(Boolean).length / answers.length;

function fraction(text: string): number | undefined {
  const found = /(\d+(?:\.\d+)?)\s*\/\s*(\d+)/.exec(text);
  // A division by nought is an error there, and errors score nought.
  if (found !== null) return Number(found[2]) === 0 ? 0 : Math.min(Number(found[1]) / Number(found[2]), 1);
  return undefined;
}

/**
 * A judge's reply as released, 0…1: words that are yes or no wherever they stand, else a fraction, a percentage or a
 * lone 0 or 1, else nought. In the examination track the first eight standalone 0, 1 or 2, numbering included.
 */
export function publishedJudgement(track: Track, reply: string): number {
  const answers = yesNoWords(reply).map((word) => word === 'yes');
  if (track === 'diagnosis')
    return answers.length >= 3 ? diagnosisScore(answers.slice(0, 3)) : (fraction(reply) ?? 0);
  if (track === 'examination') {
    const scores = [...reply.matchAll(/\b([012])\b/g)].map(([, digit]) => Number(digit));
    if (scores.length >= 8) return scores.slice(0, 8).reduce((sum, score) => sum + score, 0) / 16;
    return answers.length >= 6 ? share(answers) : (fraction(reply) ?? 0);
  }
  if (answers.length >= 1) return share(answers);
  const part = fraction(reply);
  if (part !== undefined) return part;
  const percent = /(\d+(?:\.\d+)?)\s*%/.exec(reply)?.[1];
  if (percent !== undefined) return Math.min(Number(percent) / 100, 1);
  const lone = /\b(0(?:\.\d+)?|1(?:\.0+)?)\b/.exec(reply)?.[1];
  return lone === undefined ? 0 : Number(lone);
}

/** A judge's reply read strictly: as many answers as were asked, numbering aside; else the reason why not. */
export function strictJudgement(track: Track, reply: string): Parsed<number> {
  const wanted = QUESTIONS[track];
  if (track === 'examination') {
    const scores = scoreLines(reply);
    if (scores.length !== wanted) return unparsed(`the judge gave ${scores.length} scores of ${wanted}`);
    return parsed(scores.reduce((sum, score) => sum + score, 0) / (2 * wanted));
  }
  const answers = yesNoWords(reply).map((word) => word === 'yes');
  if (answers.length !== wanted) return unparsed(`the judge gave ${answers.length} answers of ${wanted}`);
  return parsed(track === 'diagnosis' ? diagnosisScore(answers) : share(answers));
}

/** One score a line after its number and name ("3. Ordering: 1", "2/2"), or all of them on one line. */
function scoreLines(reply: string): number[] {
  const lines = reply.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 1 && /^\s*[012](?:[\s,;]+[012])+\s*$/.test(lines[0]))
    return [...lines[0].matchAll(/[012]/g)].map(([digit]) => Number(digit));
  return lines.flatMap((line) => {
    const rest = line.replace(/^[\s*_-]*(?:\(?\d+[.):]|#\d+:?)(?=\s|\*)/, '');
    const digit = /(?:^|[\s:*=–—-])\**([012])(?:\s*\/\s*2)?\**[\s.]*$/.exec(rest)?.[1];
    return digit === undefined ? [] : [Number(digit)];
  });
}
