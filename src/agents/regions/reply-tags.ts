// Parts of a reply between tags: <answer>…</answer>.

/** What the last tag of a name holds; one that is never closed reaches to the end. */
export function tagged(text: string, tag: string): string | undefined {
  const lower = text.toLowerCase();
  const open = `<${tag.toLowerCase()}>`;
  const start = lower.lastIndexOf(open);
  if (start < 0) return undefined;
  const end = lower.indexOf(`</${tag.toLowerCase()}>`, start);
  return text.slice(start + open.length, end < 0 ? undefined : end).trim();
}
