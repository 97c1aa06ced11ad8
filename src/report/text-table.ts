// Columns of text, padded by what a terminal shows.

/** Cells a code point takes: 2 for East Asian wide ones, 0 for combining marks, else 1. */
function cells(character: string): number {
  if (/\p{M}/u.test(character)) return 0;
  const code = character.codePointAt(0) ?? 0;
  const wide =
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0x1f300 && code <= 0x1faff);
  return wide ? 2 : 1;
}

export function shownWidth(text: string): number {
  let width = 0;
  for (const character of text) width += cells(character);
  return width;
}

/** Cuts the middle out: readers' names differ at both ends ("tools@…-30b#oracle"). */
export function cutMiddle(text: string, width: number): string {
  const characters = [...text];
  if (characters.length <= width) return text;
  const head = Math.ceil((width - 1) / 2);
  return `${characters.slice(0, head).join('')}…${characters.slice(head + 1 - width).join('')}`;
}

/**
 * Rows as lines: the first column left-aligned and at most `first` wide, the others right-aligned, two spaces apart.
 * Trailing spaces are cut.
 */
export function alignColumns(
  rows: readonly (readonly string[])[],
  options: { first?: number } = {},
): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const limit = options.first ?? 40;
  const shown = rows.map((row) =>
    row.map((cell, c) => (c === 0 && shownWidth(cell) > limit ? cutMiddle(cell, limit) : cell)),
  );
  const widths = Array.from({ length: columns }, (_, c) =>
    Math.max(...shown.map((row) => shownWidth(row[c] ?? ''))),
  );
  return shown.map((row) =>
    row
      .map((cell, c) => {
        const padding = ' '.repeat(widths[c] - shownWidth(cell));
        return c === 0 ? cell + padding : padding + cell;
      })
      .join('  ')
      .trimEnd(),
  );
}

/** Breaks a sentence into lines of at most `width`. */
export function wrapped(sentence: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of sentence.split(' ')) {
    const last = lines[lines.length - 1];
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
