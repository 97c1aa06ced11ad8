// Text into HTML: whatever a model or user wrote stays text.

/** Escapes for element content and double-quoted attributes; control characters become spaces. */
export function escapeHtml(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A reader's name, escaped, with places where a line may break: after @ / and hyphens, before #. */
export function breakableName(name: string): string {
  return name
    .split(/(?<=[@/_-])|(?=#)/)
    .map(escapeHtml)
    .join('<wbr>');
}
