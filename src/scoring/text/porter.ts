// Porter's suffix stripping (1980) for English, with the two later departures of his own program (bli, logi).

const VOWELS = 'aeiou';

function isConsonant(word: string, at: number): boolean {
  const letter = word[at];
  if (VOWELS.includes(letter)) return false;
  return letter === 'y' ? at === 0 || !isConsonant(word, at - 1) : true;
}

/** How many times a vowel is followed by a consonant: Porter's m. */
function measure(stem: string): number {
  let m = 0;
  for (let at = 1; at < stem.length; at++) if (!isConsonant(stem, at - 1) && isConsonant(stem, at)) m++;
  return m;
}

function hasVowel(stem: string): boolean {
  for (let at = 0; at < stem.length; at++) if (!isConsonant(stem, at)) return true;
  return false;
}

function endsDouble(word: string): boolean {
  return word.length >= 2 && word.at(-1) === word.at(-2) && isConsonant(word, word.length - 1);
}

/** Consonant, vowel, consonant at the end, the last not w, x or y: "hop", not "snow". */
function endsShort(word: string): boolean {
  const last = word.length - 1;
  return (
    last >= 2 &&
    isConsonant(word, last - 2) &&
    !isConsonant(word, last - 1) &&
    isConsonant(word, last) &&
    !'wxy'.includes(word[last])
  );
}

type Rule = readonly [suffix: string, put: string];

const pairs = (text: string): Rule[] =>
  text.split(' ').map((rule) => {
    const [suffix, put = ''] = rule.split('>');
    return [suffix, put];
  });

const STEP_2 = pairs(
  'ational>ate tional>tion enci>ence anci>ance izer>ize bli>ble alli>al entli>ent eli>e ousli>ous ization>ize ' +
    'ation>ate ator>ate alism>al iveness>ive fulness>ful ousness>ous aliti>al iviti>ive biliti>ble logi>log',
);
const STEP_3 = pairs('icate>ic ative alize>al iciti>ic ical>ic ful ness');
const STEP_4 = pairs('al ance ence er ic able ible ant ement ment ent ion ou ism ate iti ous ive ize');

/** The first rule whose suffix fits decides, whether its condition holds or not. */
function byRules(
  word: string,
  rules: readonly Rule[],
  holds: (stem: string, suffix: string) => boolean,
): string {
  for (const [suffix, put] of rules) {
    if (!word.endsWith(suffix)) continue;
    const stem = word.slice(0, -suffix.length);
    return holds(stem, suffix) ? stem + put : word;
  }
  return word;
}

function withoutPast(word: string): string {
  if (word.endsWith('eed')) return measure(word.slice(0, -3)) > 0 ? word.slice(0, -1) : word;
  const suffix = ['ed', 'ing'].find((end) => word.endsWith(end) && hasVowel(word.slice(0, -end.length)));
  if (suffix === undefined) return word;
  const stem = word.slice(0, -suffix.length);
  if (/(?:at|bl|iz)$/.test(stem)) return `${stem}e`;
  if (endsDouble(stem)) return /[lsz]$/.test(stem) ? stem : stem.slice(0, -1);
  return measure(stem) === 1 && endsShort(stem) ? `${stem}e` : stem;
}

/** The stem of a lower-case English word. Words of up to two letters are their own stem. */
export function porterStem(word: string): string {
  if (word.length <= 2) return word;
  let stem = byRules(word, pairs('sses>ss ies>i ss>ss s'), () => true);
  stem = withoutPast(stem);
  stem = byRules(stem, [['y', 'i']], hasVowel);
  stem = byRules(stem, STEP_2, (rest) => measure(rest) > 0);
  stem = byRules(stem, STEP_3, (rest) => measure(rest) > 0);
  stem = byRules(
    stem,
    STEP_4,
    (rest, suffix) => measure(rest) > 1 && (suffix !== 'ion' || /[st]$/.test(rest)),
  );
  if (stem.endsWith('e')) {
    const rest = stem.slice(0, -1);
    const m = measure(rest);
    if (m > 1 || (m === 1 && !endsShort(rest))) stem = rest;
  }
  return stem.endsWith('ll') && measure(stem.slice(0, -1)) > 1 ? stem.slice(0, -1) : stem;
}
