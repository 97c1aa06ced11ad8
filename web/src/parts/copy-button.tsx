// Copies a text and says so.
import { useEffect, useState } from 'react';
import { Button } from './button.tsx';

export function CopyButton({
  text,
  label = 'Copy',
  what,
}: {
  readonly text: string;
  readonly label?: string;
  /** What is copied, for screen readers: "the command of slake". */
  readonly what: string;
}) {
  const [said, setSaid] = useState<'copied' | 'refused'>();
  useEffect(() => {
    if (said === undefined) return undefined;
    const timer = setTimeout(() => setSaid(undefined), 2000);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = async () => {
    // Browsers keep the clipboard from pages that are not served from this machine or over https.
    const done = await navigator.clipboard?.writeText(text).then(
      () => true,
      () => false,
    );
    setSaid(done === true || copiedByHand(text) ? 'copied' : 'refused');
  };
  return (
    <Button look="quiet" onClick={copy}>
      <span aria-live="polite">
        {said === undefined ? label : said === 'copied' ? 'Copied' : 'Select and copy it'}
      </span>
      <span className="visually-hidden">{what}</span>
    </Button>
  );
}

function copiedByHand(text: string): boolean {
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'visually-hidden';
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  return done;
}
