// Reads the authors' own dictionary of lesion categories, a Python file of dicts of lists of strings, without Python.
import { OverreadError } from '../../domain/errors.ts';
import type { Categories, LesionTerms } from './lesion-terms.ts';
import { PUBLISHED_TERMS } from './lesion-terms.ts';

type Token = { readonly kind: 'string' | 'name' | 'mark'; readonly text: string };

const TOKEN = /\s+|#[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[A-Za-z_]\w*|[[\]{},:=]/gy;

function tokensOf(source: string, file: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const at = TOKEN.lastIndex;
    const text = TOKEN.exec(source)?.[0];
    if (text === undefined) {
      const line = source.slice(0, at).split('\n').length;
      throw new OverreadError(
        'file-corrupt',
        `${file}, line ${line}: only dicts of lists of strings are read; give the evaluator's own dictionary file.`,
      );
    }
    if (/^\s|^#/.test(text)) continue;
    if (/^["']/.test(text)) tokens.push({ kind: 'string', text: text.slice(1, -1).replace(/\\(.)/g, '$1') });
    else tokens.push({ kind: /^\w/.test(text) ? 'name' : 'mark', text });
  }
  return tokens;
}

/**
 * Every `name = {category: [term, …], …}` of a Python source. Strings beside one another are one string, as in Python:
 * where the authors forgot a comma, two terms become one that fits nothing.
 * @throws `file-corrupt`
 */
export function pythonDictionaries(source: string, file: string): ReadonlyMap<string, Categories> {
  const tokens = tokensOf(source.replace(/^\ufeff/, ''), file);
  let at = 0;
  const wrong = () =>
    new OverreadError('file-corrupt', `${file} does not hold dicts of lists of strings throughout.`);
  const is = (text: string) => tokens[at]?.kind === 'mark' && tokens[at].text === text;
  const take = (text: string) => {
    if (!is(text)) throw wrong();
    at++;
  };
  const string = (): string => {
    let text: string | undefined;
    while (tokens[at]?.kind === 'string') text = (text ?? '') + tokens[at++].text;
    if (text === undefined) throw wrong();
    return text;
  };
  const found = new Map<string, Categories>();
  while (at < tokens.length) {
    const name = tokens[at++];
    if (name.kind !== 'name') throw wrong();
    take('=');
    take('{');
    const categories: [string, string[]][] = [];
    while (!is('}')) {
      const category = string();
      take(':');
      take('[');
      const terms: string[] = [];
      while (!is(']')) {
        terms.push(string().toLowerCase());
        if (!is(']')) take(',');
      }
      take(']');
      if (!is('}')) take(',');
      categories.push([category, terms]);
    }
    take('}');
    found.set(name.text, categories);
  }
  return found;
}

/**
 * The released evaluator's terms from its files: the Python dictionary, and the list of locations that are not parted
 * (one a line).
 */
export function releasedTerms(source: string, wholePlaces: string, file: string): LesionTerms {
  const found = pythonDictionaries(source, file);
  const dictionary = (name: string): Categories => {
    const own = found.get(name);
    if (own === undefined)
      throw new OverreadError('file-corrupt', `${file} has no dict "${name}": it is another file.`);
    return own;
  };
  return {
    ...PUBLISHED_TERMS,
    types: dictionary('hinh_dang_ton_thuong'),
    positions: dictionary('vi_tri_ton_thuong'),
    uptake: dictionary('tang_chuyen_hoa'),
    wholePlaces: wholePlaces.split('\n').map((line) => line.trim()),
  };
}
