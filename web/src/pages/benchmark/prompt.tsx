// What a published protocol puts before a reader: its words, pictures and sounds, in order.
import type { QuestionDetail } from '@shapes/questions.ts';
import { useState } from 'react';
import { addressOf } from '../../api/client.ts';
import { Button } from '../../parts/button.tsx';
import { count, plain, words } from '../../parts/words.ts';
import { PictureViewer } from '../../viewer/picture-viewer.tsx';
import styles from './question-pane.module.css';

type Asked = QuestionDetail['question'];
type Part = NonNullable<Asked['prompt']>[number];

/** Pictures that are drawn before somebody asks for more. */
const PICTURES = 6;
const PIECE = 4000;

export function Prompt({ question, prompt }: { readonly question: Asked; readonly prompt: readonly Part[] }) {
  const [all, setAll] = useState(false);
  const shown = all ? prompt : upTo(prompt, PICTURES);
  const { system, materials = [] } = question;
  return (
    <div className={styles.prompt}>
      {system !== undefined && system !== '' && (
        <details>
          <summary>System message</summary>
          <LongText text={system} />
        </details>
      )}
      {shown.map((part, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts are a sequence
        <PromptPart key={at} part={part} number={at + 1} />
      ))}
      {shown.length < prompt.length && (
        <Button onClick={() => setAll(true)}>Show all {count(prompt.length)} parts</Button>
      )}
      {materials.length > 0 && (
        <details>
          <summary>{count(materials.length)} materials of the case</summary>
          <ul className={styles.materials}>
            {materials.slice(0, 100).map((material, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: materials are a sequence
              <li key={at}>
                {plain(words(String(material.kind)))}
                {material.text !== undefined && <LongText text={material.text} />}
                {material.hash !== undefined && material.mediaType?.startsWith('image/') === true && (
                  <Picture hash={material.hash} label="Material" />
                )}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

function upTo(prompt: readonly Part[], pictures: number): readonly Part[] {
  let seen = 0;
  const end = prompt.findIndex((part) => part.type !== 'text' && ++seen > pictures);
  return end < 0 ? prompt : prompt.slice(0, end);
}

function PromptPart({ part, number }: { readonly part: Part; readonly number: number }) {
  if (part.type === 'text') return <LongText text={part.text} />;
  if (part.type === 'image') return <Picture hash={part.hash} label={`Picture, part ${number}`} />;
  return (
    // biome-ignore lint/a11y/useMediaCaption: the release has no captions, the words of the item stand beside it
    <audio
      controls
      preload="none"
      src={addressOf(`/api/blobs/${part.hash}`)}
      aria-label={`Sound, part ${number}`}
    />
  );
}

function Picture({ hash, label }: { readonly hash: string; readonly label: string }) {
  return (
    <div className={styles.picture}>
      <PictureViewer src={addressOf(`/api/blobs/${hash}`)} label={label} />
    </div>
  );
}

/** A text with its beginning first; more on request. */
function LongText({ text }: { readonly text: string }) {
  const [shown, setShown] = useState(PIECE);
  return (
    <>
      <p className={styles.words}>
        <bdi>{plain(text.slice(0, shown))}</bdi>
      </p>
      {shown < text.length && (
        <div>
          <Button onClick={() => setShown(shown + 5 * PIECE)}>
            Show more ({count(text.length - shown)} characters are left)
          </Button>
        </div>
      )}
    </>
  );
}
