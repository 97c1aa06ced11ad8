// Sends files of this computer to the workbench, one after another, with how far it is.
import { uploaded } from '@shapes/new.ts';
import { type DragEvent, useEffect, useRef, useState } from 'react';
import * as z from 'zod';
import { ApiError, send, withQuery } from '../../api/client.ts';
import { Button } from '../../parts/button.tsx';
import { count, plain } from '../../parts/words.ts';
import { sizeWords } from './folder-browser.tsx';
import styles from './new.module.css';
import type { ChosenSource } from './use-job.ts';

/** Every browser knows it; the types do not. */
const WHOLE_FOLDER = { webkitdirectory: '' };

interface Sending {
  readonly sent: number;
  readonly total: number;
  readonly file: string;
  readonly left: number;
}

export function UploadBox(props: {
  readonly limit: number;
  readonly disabled: boolean;
  readonly onChoose: (chosen: ChosenSource) => void;
}) {
  const { limit, disabled, onChoose } = props;
  const [sending, setSending] = useState<Sending>();
  const [mistake, setMistake] = useState<string>();
  const stop = useRef<AbortController>(undefined);
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  // Leaving the page stops it; what was sent so far is removed by the next start of the server.
  useEffect(() => () => stop.current?.abort(), []);

  const take = async (chosen: readonly File[]) => {
    // What systems put beside files by themselves is no scan.
    const wanted = chosen.filter(({ name }) => !/^(\.|Thumbs\.db$|desktop\.ini$)/i.test(name));
    const total = wanted.reduce((sum, { size }) => sum + size, 0);
    setMistake(undefined);
    if (wanted.length === 0) return;
    if (total > limit) {
      setMistake(
        `These files hold ${sizeWords(total)}; an upload may hold ${sizeWords(limit)}. Start the workbench with --files FOLDER and point at the folder instead.`,
      );
      return;
    }
    const control = new AbortController();
    stop.current = control;
    let upload: string | undefined;
    let before = 0;
    try {
      for (const [index, file] of wanted.entries()) {
        const name = file.webkitRelativePath || file.name;
        const tell = (sent: number) =>
          setSending({ sent: before + sent, total, file: name, left: wanted.length - index });
        tell(0);
        upload = await sendFile(withQuery('/api/uploads', { name, upload }), file, tell, control.signal);
        before += file.size;
      }
      const name = wanted.length === 1 ? wanted[0].name : `${count(wanted.length)} files`;
      if (upload !== undefined) onChoose({ source: { upload }, name });
    } catch (error) {
      if (upload !== undefined) await send('DELETE', `/api/uploads/${upload}`, z.unknown()).catch(() => {});
      if (!control.signal.aborted) setMistake(error instanceof Error ? error.message : String(error));
    } finally {
      setSending(undefined);
    }
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    if (!disabled && sending === undefined) void take([...event.dataTransfer.files]);
  };
  if (sending !== undefined) {
    const share = sending.total === 0 ? 0 : sending.sent / sending.total;
    return (
      <div className={styles.drop}>
        <p>
          Sending <bdi>{plain(sending.file)}</bdi>
        </p>
        <progress max={1} value={share} aria-label="Sent so far" />
        <p className={styles.muted}>
          {sizeWords(sending.sent)} of {sizeWords(sending.total)}, {count(sending.left)}{' '}
          {sending.left === 1 ? 'file' : 'files'} left
        </p>
        <Button onClick={() => stop.current?.abort()}>Stop</Button>
      </div>
    );
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the buttons inside are the first
    <div className={styles.drop} onDragOver={(event) => event.preventDefault()} onDrop={onDrop}>
      <p>
        Scans with their masks as NIfTI, NRRD, MHA, DICOM or a zip of DICOM files, {sizeWords(limit)} at most.
        They stay on the machine of the workbench.
      </p>
      <div className={styles.buttons}>
        <Button disabled={disabled} onClick={() => files.current?.click()}>
          Choose files
        </Button>
        <Button disabled={disabled} onClick={() => folder.current?.click()}>
          Choose a folder
        </Button>
        <span className={styles.muted}>or drop files here</span>
      </div>
      <input
        ref={files}
        type="file"
        multiple
        hidden
        aria-label="Files to upload"
        onChange={({ target }) => {
          void take([...(target.files ?? [])]);
          target.value = '';
        }}
      />
      <input
        ref={folder}
        type="file"
        multiple
        hidden
        {...WHOLE_FOLDER}
        aria-label="Folder to upload"
        onChange={({ target }) => {
          void take([...(target.files ?? [])]);
          target.value = '';
        }}
      />
      {mistake !== undefined && (
        <p role="alert" className={styles.mistake}>
          {mistake}
        </p>
      )}
    </div>
  );
}

/** Only XMLHttpRequest tells how much of a body has been sent. Resolves with the upload's id. */
function sendFile(
  path: string,
  file: File,
  onSent: (bytes: number) => void,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    request.responseType = 'json';
    request.upload.onprogress = ({ loaded }) => onSent(loaded);
    request.onload = () => {
      const reply = uploaded.safeParse(request.response);
      if (request.status === 201 && reply.success) resolve(reply.data.upload);
      else {
        const said = request.response as { error?: { code?: string; message?: string } } | null;
        const message = said?.error?.message ?? `The server answered ${request.status}.`;
        reject(new ApiError(said?.error?.code ?? 'internal', message, request.status));
      }
    };
    request.onerror = () => reject(new ApiError('unreachable', 'The file could not be sent.', 0));
    request.onabort = () => reject(new ApiError('cancelled', 'The upload was stopped.', 0));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}
