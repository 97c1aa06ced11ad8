// A question as a person is asked it: words, sounds, what must be known, an aid, the case's records.
import type { ReadingItem, ShownMaterial, ShownPart } from '@shapes/room.ts';
import { type Ref, useId } from 'react';
import { addressOf } from '../../api/client.ts';
import { plain } from '../../parts/words.ts';
import styles from './question.module.css';

export interface ShownQuestionProps {
  /** Address below which media/… is served. */
  readonly base: string;
  /** "Question 12 of 40". */
  readonly heading: string;
  readonly parts: readonly ShownPart[];
  readonly context: string | null;
  readonly patient: string | null;
  readonly materials: readonly ShownMaterial[];
  /** Given the focus when a new question comes. */
  readonly questionRef?: Ref<HTMLDivElement>;
}

export function ShownQuestion(props: ShownQuestionProps) {
  const { base, heading, parts, context, patient, materials, questionRef } = props;
  const id = useId();
  let picture = 0;
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls; this groups words for the focus */}
      <div
        ref={questionRef}
        tabIndex={-1}
        data-viewer-keys=""
        role="group"
        aria-labelledby={`${id}-heading ${id}-words`}
        className={styles.question}
      >
        <h1 id={`${id}-heading`} className={styles.heading}>
          {heading}
        </h1>
        <div id={`${id}-words`} className={styles.words}>
          {parts.map((part, index) => {
            const key = `${part.type}-${index}`;
            if (part.type === 'text')
              return (
                <p key={key} className={styles.text} dir="auto">
                  {plain(part.text)}
                </p>
              );
            if (part.type === 'image') {
              picture++;
              return (
                <p key={key} className={styles.mention}>
                  Picture {picture}
                </p>
              );
            }
            return <Sound key={key} src={`${base}/media/${part.media}`} label="The question, spoken" />;
          })}
        </div>
        {patient !== null && <p className={styles.fact}>Patient: {plain(patient)}</p>}
        {context !== null && (
          <p className={styles.fact} dir="auto">
            {plain(context)}
          </p>
        )}
      </div>
      {materials.length > 0 && <Materials base={base} materials={materials} />}
    </>
  );
}

/** What another reader said, and that it is this. */
export function Aid({
  aid,
  label,
}: {
  readonly aid: NonNullable<ReadingItem['aid']>;
  readonly label: string;
}) {
  return (
    <section className={styles.aid} aria-label="Aid">
      <h2 className={styles.aidTitle}>Aid: another reader’s answer</h2>
      <p className={styles.aidAbout}>
        {label}. It was given by another reader and may be wrong; what you answer is your own.
      </p>
      <p className={styles.aidAnswer}>
        <bdi>{plain(aid.answer)}</bdi>
        {aid.confidence !== null && (
          <span className={styles.aidSure}>{Math.round(100 * aid.confidence)} % sure</span>
        )}
      </p>
      {aid.words !== null && (
        <details className={styles.more}>
          <summary>What it wrote</summary>
          <p className={styles.long} dir="auto">
            {plain(aid.words)}
          </p>
        </details>
      )}
    </section>
  );
}

function Materials({
  base,
  materials,
}: {
  readonly base: string;
  readonly materials: readonly ShownMaterial[];
}) {
  return (
    <section className={styles.materials} aria-label="Records of the case">
      {materials.map((material, index) => (
        <details
          // biome-ignore lint/suspicious/noArrayIndexKey: the records of one question stay as they are
          key={index}
          className={styles.more}
        >
          <summary>{titleOf(material)}</summary>
          {material.text !== undefined && (
            <p className={styles.long} dir="auto">
              {plain(material.text)}
            </p>
          )}
          {material.media !== undefined &&
            (material.kind === 'audio' ? (
              <Sound src={`${base}/media/${material.media}`} label={titleOf(material)} />
            ) : (
              <img
                className={styles.page}
                src={addressOf(`${base}/media/${material.media}`)}
                alt={titleOf(material)}
                loading="lazy"
              />
            ))}
        </details>
      ))}
    </section>
  );
}

const KINDS: Readonly<Record<ShownMaterial['kind'], string>> = {
  record: 'Record',
  report: 'Report',
  page: 'Page',
  picture: 'Picture',
  audio: 'Recording',
  note: 'Note',
};

function titleOf({ kind, title, visitsBefore }: ShownMaterial): string {
  const before =
    visitsBefore === undefined || visitsBefore === 0
      ? ''
      : `, ${visitsBefore} ${visitsBefore === 1 ? 'visit' : 'visits'} before`;
  return `${title === undefined ? KINDS[kind] : plain(title)}${before}`;
}

function Sound({ src, label }: { readonly src: string; readonly label: string }) {
  return (
    // biome-ignore lint/a11y/useMediaCaption: what is spoken is the question itself; a caption would be another form of it
    <audio controls preload="auto" src={addressOf(src)} aria-label={label} className={styles.sound} />
  );
}
