// Buttons, and links that look like them.
import type { AnchorHTMLAttributes, ButtonHTMLAttributes } from 'react';
import styles from './button.module.css';

type Look = 'plain' | 'primary' | 'danger' | 'quiet';

export function Button({
  look = 'plain',
  className,
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { readonly look?: Look }) {
  return <button type="button" {...rest} className={classOf(look, className)} />;
}

/** For downloads and addresses outside of the router. */
export function ButtonLink({
  look = 'plain',
  className,
  ...rest
}: AnchorHTMLAttributes<HTMLAnchorElement> & { readonly look?: Look }) {
  return <a {...rest} className={classOf(look, className)} />;
}

/** The class of a button, for the router's own links. */
export function classOf(look: Look, also?: string): string {
  return [styles.button, look === 'plain' ? undefined : styles[look], also].filter(Boolean).join(' ');
}
