// Lines of lists, folded at 100 columns so that they can be read where they are not cut.
const COLUMNS = 100;

/** `lead` and then the words of `text`, further lines indented to where the words began, or to `indent`. */
export function fold(lead: string, text: string, indent = lead.length): string {
  const lines: string[] = [];
  let line = lead;
  let isFresh = true;
  for (const word of text.split(' ')) {
    if (!isFresh && line.length + 1 + word.length > COLUMNS) {
      lines.push(line);
      line = ' '.repeat(indent);
      isFresh = true;
    }
    line += isFresh ? word : ` ${word}`;
    isFresh = false;
  }
  return [...lines, line].join('\n');
}
