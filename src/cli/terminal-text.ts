// Text for a terminal: names in files and words of models are shown, never obeyed.

/**
 * Control characters become spaces, line feeds and tabs stay: a label or folder called "\u001b]0;…" must not move the
 * cursor, recolour or retitle the terminal. Neither may characters that turn the direction of what follows.
 */
export function terminalText(text: string): string {
  return text.replace(/(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, ' ');
}

/**
 * One line of a list, folded at spaces to a terminal's width under the column that the folded text stands in (the last
 * that two spaces set off). Without a width, as where output goes to a file, and where that column is too narrow, the
 * line stays as it is.
 */
export function folded(line: string, columns: number | undefined): string {
  if (columns === undefined || line.length <= columns) return line;
  const indent =
    [...line.slice(0, columns).matchAll(/ {2,}(?=\S)/g)]
      .map(({ index, 0: gap }) => index + gap.length)
      .at(-1) ?? 0;
  if (columns - indent < 30) return line;
  const rows = [line.slice(0, indent)];
  for (const word of line.slice(indent).split(' ')) {
    const last = rows[rows.length - 1];
    const isStart = last.length === indent;
    if (isStart || last.length + 1 + word.length <= columns)
      rows[rows.length - 1] = `${last}${isStart ? '' : ' '}${word}`;
    else rows.push(`${' '.repeat(indent)}${word}`);
  }
  return rows.join('\n');
}
