// What is looked at: the scan where the chosen step stands, or the pictures and sounds of the question.
import type { Place } from '@shapes/place.ts';
import type { ReadDetail } from '@shapes/read.ts';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { addressOf } from '../../api/client.ts';
import { Empty } from '../../parts/notes.tsx';
import { Pictures } from '../../parts/transcript-pictures.tsx';
import { LongText } from '../../parts/transcript-text.tsx';
import { PictureViewer } from '../../viewer/picture-viewer.tsx';
import { ScanViewer } from '../../viewer/scan-viewer.tsx';
import { scanQuery } from './data.ts';
import styles from './stage.module.css';
import { viewAt } from './stops.ts';

export function Stage(props: {
  readonly detail: ReadDetail;
  /** Address of the read in the API. */
  readonly source: string;
  readonly place: Place | null;
}) {
  const { detail, source, place } = props;
  const { scan, question, read } = detail;
  if (scan !== null) return <Scan scan={scan} place={place} caseId={question?.caseId ?? ''} />;
  if (question?.prompt?.some(({ type }) => type !== 'text') === true)
    return <Prompt detail={detail} source={source} />;
  const shown = read?.shown ?? [];
  if (shown.length > 0)
    return (
      <div className={styles.prompt}>
        <p>The files of this case are not on this machine. These pictures were shown to the reader:</p>
        <Pictures pictures={shown} />
      </div>
    );
  return (
    <Empty title="There is nothing to look at here">
      {question?.prompt === undefined
        ? 'The files of this case are not on this machine: put them back where the benchmark was built from, and open the page again.'
        : 'This question is asked in words alone: see the transcript.'}
    </Empty>
  );
}

function Scan(props: {
  readonly scan: NonNullable<ReadDetail['scan']>;
  readonly place: Place | null;
  readonly caseId: string;
}) {
  const { scan, place, caseId } = props;
  const facts = useQuery(scanQuery(scan.base)).data;
  // A new object moves the viewer: it is new where the place is.
  const wanted = JSON.stringify(place);
  const view = useMemo(() => viewAt(JSON.parse(wanted) as Place | null, facts), [wanted, facts]);
  return (
    <ScanViewer
      base={scan.base}
      {...(scan.readerBase === undefined ? {} : { readerBase: scan.readerBase })}
      label={`Scan of case ${caseId.slice(0, 8)}`}
      {...(view === undefined ? {} : { focus: view.focus })}
      marks={useMemo(() => (view?.reader ?? []).map((mark) => ({ ...mark, by: 'reader' as const })), [view])}
    />
  );
}

/** A published item in its own words, with its pictures and sounds where the release puts them. */
function Prompt({ detail, source }: { readonly detail: ReadDetail; readonly source: string }) {
  const { question, repeat } = detail;
  return (
    <div className={styles.prompt}>
      {(question?.prompt ?? []).map((part, at) => {
        const key = `${at} ${part.type}`;
        if (part.type === 'text')
          return <LongText key={key} text={part.text} source={source} repeat={repeat} look="prose" />;
        const address = addressOf(`/api/blobs/${encodeURIComponent(part.hash)}`);
        if (part.type === 'audio')
          // biome-ignore lint/a11y/useMediaCaption: the release has no words of it; those there are stand beside it
          return <audio key={key} controls src={address} aria-label={`Sound ${at + 1}`} />;
        return (
          <div key={key} className={styles.picture}>
            <PictureViewer src={address} label={`Picture ${at + 1} of the question`} />
          </div>
        );
      })}
    </div>
  );
}
