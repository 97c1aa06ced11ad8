import { describe, expect, it } from 'vitest';
import { tokenizer } from './tokens.ts';

describe('tokenizers', () => {
  it('ascii cuts Vietnamese words at their diacritics, as the package behind published numbers does', () => {
    expect(tokenizer('ascii').tokens('Hạch nhỏ ở phổi phải')).toEqual([
      'h',
      'ch',
      'nh',
      'ph',
      'i',
      'ph',
      'i',
    ]);
  });
  it('ascii sees other words in decomposed text, since marks and not letters split there', () => {
    expect(tokenizer('ascii').tokens('phổi'.normalize('NFD'))).toEqual(['pho', 'i']);
  });
  it('unicode keeps Vietnamese words whole, composed or not', () => {
    expect(tokenizer('unicode').tokens('Hạch, (phổi)'.normalize('NFD'))).toEqual(['hạch', 'phổi']);
  });
  it('han takes every Han character by itself and words of other scripts whole', () => {
    expect(tokenizer('han').tokens('肝脏FDG摄取增高，SUV 3')).toEqual([
      ...'肝脏',
      'fdg',
      ...'摄取增高',
      'suv',
      '3',
    ]);
  });
  it('whitespace splits where Python does: at a no-break space, not at a byte order mark', () => {
    expect(tokenizer('whitespace').tokens('a\u00a0b \u001fc\ufeffd')).toEqual(['a', 'b', 'c\ufeffd']);
  });
  it('13a is sacrebleu 2.6.0’s', () => {
    expect(tokenizer('13a').tokens('SUVmax 3,5-fold (T1b); 4-mm, &quot;clear&quot;.').join(' ')).toBe(
      'SUVmax 3,5 - fold ( T1b ) ; 4 - mm , " clear " .',
    );
  });
});
