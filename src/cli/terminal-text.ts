// Text for a terminal: names in files and words of models are shown, never obeyed.

/**
 * Control characters become spaces, line feeds and tabs stay: a label or folder called "\u001b]0;…" must not move the
 * cursor, recolour or retitle the terminal. Neither may characters that turn the direction of what follows.
 */
export function terminalText(text: string): string {
  return text.replace(/(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, ' ');
}
