// Light, dark, or as the system says; kept in this browser.
import { useState } from 'react';
import styles from './shell.module.css';

const KEY = 'overread-theme';
const NEXT = { system: 'light', light: 'dark', dark: 'system' } as const;
type Theme = keyof typeof NEXT;
const LABELS = { system: 'Theme: system', light: 'Theme: light', dark: 'Theme: dark' } as const;

function kept(): Theme {
  try {
    const theme = localStorage.getItem(KEY);
    return theme === 'light' || theme === 'dark' ? theme : 'system';
  } catch {
    return 'system';
  }
}

function show(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
show(kept());

export function ThemeSwitch() {
  const [theme, setTheme] = useState(kept);
  return (
    <button
      type="button"
      className={styles.theme}
      onClick={() => {
        const next = NEXT[theme];
        try {
          localStorage.setItem(KEY, next);
        } catch {
          // A page opened from disk may keep nothing; the choice then lasts as long as the page.
        }
        show(next);
        setTheme(next);
      }}
    >
      {LABELS[theme]}
    </button>
  );
}
