// One question beside the list: what is asked, the key, the evidence it rests on, and its flags.
import { type QuestionDetail, questionDetail } from '@shapes/questions.ts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { get } from '../../api/client.ts';
import { Badge } from '../../parts/badge.tsx';
import { Button, classOf } from '../../parts/button.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Loading, Problem } from '../../parts/notes.tsx';
import { QuestionFlags } from '../../parts/question-flags.tsx';
import { SecretId, shortId } from '../../parts/secret-id.tsx';
import { count, plain, STAGE_WORDS } from '../../parts/words.ts';
import { EvidenceChain } from './evidence-chain.tsx';
import { shownUnit, structureName, valueText, words } from './names.ts';
import { OtherReads } from './other-reads.tsx';
import { Prompt } from './prompt.tsx';
import styles from './question-pane.module.css';

export interface QuestionPaneProps {
  readonly benchmark: string;
  readonly id: string;
  /** Place in the filtered list; -1 or absent where it has none. */
  readonly position: number | undefined;
  readonly total: number;
  readonly onStep: (by: number) => void;
  readonly onClose: () => void;
  readonly flagging: boolean;
  readonly onFlagging: (open: boolean) => void;
}

export function QuestionPane(props: QuestionPaneProps) {
  const { benchmark, id, position, total, onStep, onClose, flagging, onFlagging } = props;
  const pane = useRef<HTMLElement>(null);
  const detail = useQuery({
    queryKey: ['benchmarks', benchmark, 'question', id],
    queryFn: ({ signal }) =>
      get(`/api/benchmarks/${benchmark}/questions/${encodeURIComponent(id)}`, questionDetail, {}, signal),
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another question begins at its top
  useEffect(() => {
    pane.current?.scrollTo({ top: 0 });
  }, [id]);
  const isListed = position !== undefined && position >= 0;
  return (
    <aside ref={pane} className={styles.pane} aria-label="The chosen question">
      <header className={styles.head}>
        <p className={styles.place}>
          {isListed
            ? `${count(position + 1)} of ${count(total)}`
            : position === undefined
              ? '…'
              : 'Not among those that are listed'}
        </p>
        <div className={styles.move}>
          <Button
            look="quiet"
            aria-label="Previous question"
            disabled={!isListed || position === 0}
            onClick={() => onStep(-1)}
          >
            ↑
          </Button>
          <Button
            look="quiet"
            aria-label="Next question"
            disabled={!isListed || position === total - 1}
            onClick={() => onStep(1)}
          >
            ↓
          </Button>
          <Button look="quiet" aria-label="Close the question" onClick={onClose}>
            ×
          </Button>
        </div>
      </header>
      {detail.isPending && <Loading what="Opening the question" />}
      {detail.isError && <Problem error={detail.error} title="This question cannot be shown" />}
      {detail.data !== undefined && (
        <>
          <Asked benchmark={benchmark} detail={detail.data} />
          <Answer benchmark={benchmark} detail={detail.data} />
          <section className={styles.part} aria-label="Flags">
            <h3>Is it wrong?</h3>
            <QuestionFlags benchmark={benchmark} question={id} open={flagging} onOpen={onFlagging} />
          </section>
          <OtherReads benchmark={benchmark} question={id} />
        </>
      )}
    </aside>
  );
}

function Asked({ benchmark, detail }: { readonly benchmark: string; readonly detail: QuestionDetail }) {
  const { question, organs, key } = detail;
  const { stage, type, split, slots, unit, context, facets = {} } = question;
  return (
    <section className={styles.part} aria-label="Question">
      <p className={styles.badges}>
        <Badge tone="accent">{STAGE_WORDS[stage]}</Badge> <Badge>{words(type)}</Badge> <Badge>{split}</Badge>
      </p>
      {question.prompt === undefined ? (
        <h2 className={styles.text}>
          <bdi>{plain(question.text)}</bdi>
        </h2>
      ) : (
        <Prompt question={question} prompt={question.prompt} />
      )}
      {context !== undefined && <p className={styles.context}>{plain(context)}</p>}
      {question.options.length > 0 && (
        <ol className={styles.options}>
          {question.options.map((option) => {
            const isGold = key !== undefined && option.letter === key.letter;
            return (
              <li key={option.letter} className={isGold ? styles.gold : ''}>
                <span className={styles.letter}>{plain(option.letter)}</span>
                <bdi>{plain(option.text)}</bdi>
                {isGold && <Badge tone="good">gold</Badge>}
              </li>
            );
          })}
        </ol>
      )}
      <Facts
        rows={[
          [
            'Case',
            <CaseLink
              key="case"
              benchmark={benchmark}
              id={question.caseId}
              built={detail.reference === undefined}
            />,
          ],
          ['Patient', <SecretId key="patient" id={question.patientId} what="Patient" />],
          ['Organ', organs.map((organ) => plain(structureName(organ))).join(', ')],
          ['Answer', `${question.answerKind}${unit === undefined ? '' : `, in ${plain(shownUnit(unit))}`}`],
          ...Object.entries(slots).map(
            ([name, value]) => [plain(words(name)), plain(slotText(value))] as const,
          ),
          ...Object.entries(facets).map(([name, value]) => [plain(words(name)), plain(value)] as const),
          ['Question', <SecretId key="id" id={question.id} what="Question" />],
        ]}
      />
    </section>
  );
}

/** Slots name structures, rules and limits; lists of structures have spaces between. */
const slotText = (value: string): string => value.split(' ').map(structureName).join(', ');

function CaseLink(props: { readonly benchmark: string; readonly id: string; readonly built: boolean }) {
  const { benchmark, id, built } = props;
  // A case of a release has no scan of its own to open: it is what its questions share.
  if (!built)
    return (
      <Link
        to="/benchmarks/$benchmark"
        params={{ benchmark }}
        search={{ case: id }}
        aria-label={`Questions of case ${shortId(id)}`}
      >
        <bdi>{plain(shortId(id))}</bdi>
      </Link>
    );
  return (
    <Link
      to="/benchmarks/$benchmark/cases/$case"
      params={{ benchmark, case: id }}
      aria-label={`Open case ${shortId(id)}`}
    >
      <bdi>{plain(shortId(id))}</bdi>
    </Link>
  );
}

function Answer({ benchmark, detail }: { readonly benchmark: string; readonly detail: QuestionDetail }) {
  const { key, reference, locked, question } = detail;
  if (locked !== undefined)
    return (
      <section className={styles.part} aria-label="Key">
        <h3>Key</h3>
        <p>{locked} Start the workbench with --passphrase.</p>
      </section>
    );
  if (reference !== undefined)
    return (
      <section className={styles.part} aria-label="Reference">
        <h3>Reference</h3>
        <p className={styles.reply}>
          <bdi>{plain(reference.reply)}</bdi>
        </p>
        <details>
          <summary>As the release has it</summary>
          <pre className={styles.json}>
            {plain(reference.json)}
            {reference.cut && '\n…'}
          </pre>
        </details>
      </section>
    );
  if (key === undefined)
    return (
      <section className={styles.part} aria-label="Key">
        <h3>Key</h3>
        <p>The keys hold no line for this question: verify the benchmark, or build it again.</p>
      </section>
    );
  return (
    <>
      <section className={styles.part} aria-label="Key">
        <h3>Gold answer</h3>
        <p className={styles.answer}>
          <bdi>{plain(key.answer)}</bdi>
          {key.flags.map((name) => (
            <Badge key={name} tone="warn">
              {plain(words(name))}
            </Badge>
          ))}
        </p>
      </section>
      <section className={styles.part} aria-label="Evidence">
        <h3>How it is known</h3>
        <EvidenceChain
          benchmark={benchmark}
          caseId={question.caseId}
          steps={key.evidence}
          viewable={detail.viewable}
        />
      </section>
      {key.assumed.length > 0 && (
        <section className={styles.part} aria-label="Assumptions">
          <h3>What it rests on by assumption</h3>
          <ul className={styles.assumed}>
            {key.assumed.map(({ name, value, why }) => (
              <li key={name}>
                <strong>
                  {plain(words(name.replaceAll('.', ', ')))}
                  {value !== undefined && `: ${plain(valueText(value))}`}.
                </strong>{' '}
                {plain(why)}
              </li>
            ))}
          </ul>
        </section>
      )}
      {detail.viewable && (
        <p>
          <Link
            to="/benchmarks/$benchmark/cases/$case"
            params={{ benchmark, case: question.caseId }}
            className={classOf('plain')}
          >
            Open the case
          </Link>
        </p>
      )}
    </>
  );
}
