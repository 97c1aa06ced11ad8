// The head of a read: whose it is, where it stands in the list, the ways on, and what may be done with it.
import type { ReadDetail } from '@shapes/read.ts';
import type { Neighbours } from '@shapes/reads.ts';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { isStatic } from '../../api/client.ts';
import { Button, classOf } from '../../parts/button.tsx';
import { count, plain } from '../../parts/words.ts';
import { type Address, searchOf } from './data.ts';
import { FlagButton } from './flag.tsx';
import styles from './head.module.css';

export type Way = 'previous' | 'next' | 'previousError' | 'nextError';
const WAYS: readonly { readonly way: Way; readonly words: string; readonly sign: string }[] = [
  { way: 'previousError', words: 'Previous error', sign: '⇤' },
  { way: 'previous', words: 'Previous read', sign: '←' },
  { way: 'next', words: 'Next read', sign: '→' },
  { way: 'nextError', words: 'Next error', sign: '⇥' },
];

export function Head(props: {
  readonly address: Address;
  readonly detail: ReadDetail | undefined;
  readonly around: Neighbours | undefined;
  readonly onGo: (way: Way) => void;
}) {
  const { address, detail, around, onGo } = props;
  const reader = detail === undefined ? 'run' : plain(detail.run.reader);
  const position =
    around === undefined || around.position < 0
      ? ''
      : `${count(around.position + 1)} of ${count(around.total)}`;
  const filtered = Object.keys(address.filter).length > 0;
  const title = position === '' ? 'Read' : `Read ${position}`;
  useEffect(() => {
    document.title = `${title} · Overread`;
  }, [title]);
  return (
    <header className={styles.head}>
      <div className={styles.words}>
        <p className={styles.trail}>
          <Link to="/">Runs</Link> /{' '}
          <Link to="/runs/$run" params={{ run: address.run }} search={searchOf({ ...address, repeat: 0 })}>
            <bdi>{reader}</bdi>
          </Link>
        </p>
        <h1>
          {title}
          {filtered && <span className={styles.filtered}> as filtered</span>}
        </h1>
      </div>
      <nav className={styles.ways} aria-label="Reads">
        {WAYS.map(({ way, words, sign }) => (
          <Button
            key={way}
            aria-label={words}
            title={words}
            disabled={around === undefined || around[way] === null}
            onClick={() => onGo(way)}
          >
            <span aria-hidden="true">{sign}</span>
            {way.endsWith('Error') && <span>error</span>}
          </Button>
        ))}
        {filtered && (
          <Link
            to="/runs/$run/reads/$question"
            params={{ run: address.run, question: address.question }}
            search={searchOf({ ...address, filter: {} })}
            className={classOf('quiet')}
          >
            All reads
          </Link>
        )}
      </nav>
      <div className={styles.actions}>
        <CopyLink />
        {detail !== undefined && !isStatic() && <FlagButton key={detail.question?.id} detail={detail} />}
      </div>
    </header>
  );
}

function CopyLink() {
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (said === '') return undefined;
    const timer = setTimeout(() => setSaid(''), 2500);
    return () => clearTimeout(timer);
  }, [said]);
  return (
    <Button
      onClick={() =>
        navigator.clipboard.writeText(location.href).then(
          () => setSaid('Copied'),
          () => setSaid('Copy it from the address bar'),
        )
      }
    >
      <span aria-live="polite">{said === '' ? 'Copy link' : said}</span>
    </Button>
  );
}
