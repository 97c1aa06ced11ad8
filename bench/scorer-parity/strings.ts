// Seeded adversarial replies: fragments that sit on the edges of what the released scorer looks for.
import { type Random, random } from '../../src/domain/random.ts';

const FRAGMENTS = [
  '<think>', '</think>', '<think', 'think>', '<thi', 'nk>', '<THINK>', '</think>\n', '<think></think>',
  'A', 'B', 'C', 'D', 'E', 'a', 'b', 'c', 'd', 'Answer', 'answer:', 'Based on', 'Cannot determine', 'the', '(B)',
  '**C**', 'D.', 'A)', '_B_', 'B1', '1B', 'Ba', 'ẚ', 'Ａ', 'А', 'Β', 'ß', 'ﬁ', 'ŉ', 'ǰ', 'İ', 'ı', 'ſ', 'K', 'Å',
  'Σ', 'σ', 'ς', 'ΑΣ', 'ΟΔΟΣ ', 'ΑΣ.Β', 'Σ́', 'ĲǄ', 'ꭰ', 'Ⴀ', 'ა', '𐐀', 'ⅷ', 'Ⅳ', 'ⓐ',
  'yes', 'no', 'Yes', 'NO', 'yes.', 'No,', 'none', 'normal', 'Nodule', 'not', 'know', 'yesterday', 'eyes', 'no-one',
  'ye', 's', 'n', 'o', 'nо', 'ＮＯ', 'ＹＥＳ', 'ỵes', 'no\u0301', 'ye\u0301s',
  '0', '1', '12', '1,234.5', '1.5', '-3', '--4', '−7', '.5', '5.', '1.2.3', '007', '1e5', '3-4', '- 2', '+8', '1 234',
  '00', '-0', '0.0', '١٢', '١٢.٥', '-٣', '१२३', '１２', '𝟗', '𝟘𝟙', '߀', '²', '½', '三', '៣', '٫', '٬', '୧.୨', '𞥐',
  '9007199254740993', '0.1000000000000000055511151231257827', '123456789012345678901234567890', '4.35', '2.675',
  ' ', '  ', '\t', '\n', '\r\n', '\v', '\f', '\x1c', '\x1f', '\x85', '\xa0', '\u1680', '\u2003', '\u2028', '\u202f',
  '\u205f', '\u3000', '\ufeff', '\u200b', '\u180e', '\u2060', '\x00', '\x7f', '\u0301', '\u200d', '\u{1f9e0}', '\u{e0041}',
  '.', ',', '-', '_', '/', '%', '(', ')', '"', "'", '’', '—', ':', ';', '!', '*', '#', '\\', '$', '^', '[', ']', '~',
  'mild', 'Normal (no splenomegaly)', 'T2', 'left kidney', 'hypo-attenuating', 'cm³', 'HU', 'G0', 'café', 'naïve', 'Ünder',
]; // biome-ignore format: a table of fragments

/** One reply: fragments with or without separators, now and then a random character or a long run. */
export function adversarialString(rng: Random): string {
  const parts: string[] = [];
  const count = rng.int(9);
  for (let i = 0; i < count; i++) {
    const roll = rng.next();
    if (roll < 0.08) parts.push(randomCharacter(rng));
    else if (roll < 0.1) parts.push(rng.pick(FRAGMENTS).repeat(1 + rng.int(600)));
    else parts.push(rng.pick(FRAGMENTS));
    if (rng.next() < 0.3) parts.push(' ');
  }
  return parts.join('');
}

/** Any assigned Unicode character, half of them from the alphabets of the first plane. */
function randomCharacter(rng: Random): string {
  for (;;) {
    const character = String.fromCodePoint(rng.int(rng.next() < 0.5 ? 0x3000 : 0x20000));
    if (!/[\p{Cn}\p{Cs}\p{Co}]/u.test(character)) return character;
  }
}

export function adversarialStrings(seed: string, count: number): string[] {
  const rng = random(seed, 'strings');
  return Array.from({ length: count }, () => adversarialString(rng));
}
