// Walks through the folders below the one that the server was told of.
import { type FileEntry, fileList } from '@shapes/new.ts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, useState } from 'react';
import { get } from '../../api/client.ts';
import { Button } from '../../parts/button.tsx';
import { Loading, Problem } from '../../parts/notes.tsx';
import { count, plain } from '../../parts/words.ts';
import styles from './new.module.css';
import type { ChosenSource } from './use-job.ts';

const ROW = 38;

export function FolderBrowser(props: {
  readonly disabled: boolean;
  readonly onChoose: (chosen: ChosenSource) => void;
}) {
  const { disabled, onChoose } = props;
  const [path, setPath] = useState('');
  const files = useQuery({
    queryKey: ['files', path],
    queryFn: ({ signal }) => get('/api/files', fileList, { path }, signal),
    placeholderData: keepPreviousData,
    staleTime: 5000,
  });
  const parts = path === '' ? [] : path.split('/');
  const choose = (at: string, root: string) =>
    onChoose({ source: { files: at }, name: at.split('/').at(-1) || root });
  if (files.isPending) return <Loading what="Looking into the folder" />;
  if (files.isError)
    return (
      <>
        <Problem error={files.error} title="This folder cannot be looked into" />
        {path !== '' && <Button onClick={() => setPath('')}>Back to the first folder</Button>}
      </>
    );
  const { root, entries, total } = files.data;
  return (
    <div className={styles.browser}>
      <nav aria-label="Folder" className={styles.trail}>
        <ol>
          {[root, ...parts].map((part, index) => {
            const at = parts.slice(0, index).join('/');
            const isHere = index === parts.length;
            return (
              <li key={at}>
                {index > 0 && <span aria-hidden="true">/</span>}
                <button
                  type="button"
                  onClick={() => setPath(at)}
                  disabled={isHere}
                  {...(isHere ? { 'aria-current': 'location' as const } : {})}
                >
                  <bdi>{plain(part)}</bdi>
                </button>
              </li>
            );
          })}
        </ol>
        <Button look="primary" disabled={disabled} onClick={() => choose(path, root)}>
          Use this folder
        </Button>
      </nav>
      <Entries
        entries={entries}
        disabled={disabled}
        onOpen={(name) => setPath([...parts, name].join('/'))}
        onUse={(name) => choose([...parts, name].join('/'), root)}
      />
      {total > entries.length && entries.length >= 1000 && (
        <p className={styles.muted}>
          The first {count(entries.length)} of {count(total)} are shown; the whole folder can be used.
        </p>
      )}
    </div>
  );
}

function Entries(props: {
  readonly entries: readonly FileEntry[];
  readonly disabled: boolean;
  readonly onOpen: (name: string) => void;
  readonly onUse: (name: string) => void;
}) {
  const { entries, disabled, onOpen, onUse } = props;
  const frame = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: entries.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW,
    overscan: 10,
  });
  if (entries.length === 0) return <p className={styles.nothing}>Nothing lies here.</p>;
  return (
    <div ref={frame} className={styles.entries}>
      <ul style={{ blockSize: `${rows.getTotalSize()}px` }} aria-label="What lies in the folder">
        {rows.getVirtualItems().map(({ index, start }) => {
          const { name, kind, bytes } = entries[index];
          return (
            <li key={name} style={{ transform: `translateY(${start}px)`, blockSize: `${ROW}px` }}>
              {kind === 'folder' ? (
                <button type="button" className={styles.folder} onClick={() => onOpen(name)}>
                  <FolderMark />
                  <bdi>{plain(name)}</bdi>
                </button>
              ) : (
                <>
                  <span className={styles.file}>
                    <bdi>{plain(name)}</bdi>
                  </span>
                  <span className={styles.muted}>{sizeWords(bytes ?? 0)}</span>
                  <Button
                    look="quiet"
                    disabled={disabled}
                    onClick={() => onUse(name)}
                    aria-label={`Use ${name}`}
                  >
                    Use
                  </Button>
                </>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

const FolderMark = () => (
  <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
    <path d="M1.5 3.5h4.5l1.5 2h7v7.5h-13z" fill="none" stroke="currentColor" strokeWidth="1.4" />
  </svg>
);

/** "3.2 GB", "48 kB". */
export function sizeWords(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1000 ? 0 : Math.min(4, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}
