// care-coord: a coordinator chooses the evidence, reviews the answer and may have it given again (CARE).
import { OverreadError } from '../../domain/errors.ts';
import { formatOf } from '../../domain/question.ts';
import { parseAnswer } from '../../scoring/parse.ts';
import { type Choice, chooseRequest, readChoice, readReview, reviewRequest } from '../care/coordination.ts';
import {
  type Answered,
  answerFrom,
  askTwice,
  CARE_OPTIONS,
  CARE_ROLES,
  type Chosen,
  type Evidence,
  gatherEvidence,
  opened,
} from '../care/evidence.ts';
import { CARE_PAPER } from '../care/paper.ts';
import { answerText } from '../care/vote.ts';
import { type StrategySession, strategy } from '../strategy.ts';

function chosen({ entity, view }: Pick<Choice, 'entity' | 'view'>, { kept }: Evidence): Chosen {
  return { view, from: entity === null ? [] : kept.slice(entity - 1, entity) };
}

/** The coordinator's choice; where it cannot be read twice, a crop around the surest mask, or all there is. */
async function choose(session: StrategySession, evidence: Evidence): Promise<Chosen> {
  const { kept } = evidence;
  const said = await askTwice(
    session,
    opened(session, [{ type: 'text', text: chooseRequest(kept) }]),
    'coordinator',
    (reply) => readChoice(reply, kept.length),
  );
  const fallback =
    kept.length > 0 ? { entity: 1, view: 'zoom' as const } : { entity: null, view: 'global' as const };
  const choice = said.ok ? said.value : { ...fallback, reason: '' };
  session.note('choice', { ...choice, ...(said.ok ? {} : { unreadable: said.reason }) });
  return chosen(choice, evidence);
}

/** What an answer says, as the strict protocol reads it; undefined when it says nothing. */
function said({ task }: StrategySession, { answer }: Answered): string | undefined {
  const format = formatOf(task.question, task.format);
  const parsed = parseAnswer(task.question, answer, { protocol: 'strict', format });
  return parsed.ok ? answerText(parsed.answer) : undefined;
}

/** One review, and the next answer if there is to be one. An unreadable answer never takes a readable one's place. */
async function review(
  session: StrategySession,
  evidence: Evidence,
  before: Answered,
  run: number,
): Promise<{ readonly answered: Answered; readonly isSettled: boolean }> {
  const { kept } = evidence;
  const verdict = await askTwice(
    session,
    opened(session, [...before.shown, { type: 'text', text: reviewRequest(kept, before.reply) }]),
    'coordinator',
    (reply) => readReview(reply, kept.length),
  );
  const first = said(session, before);
  const log = { run, before: first ?? null, beforeText: before.answer };
  if (!verdict.ok || verdict.value.verdict === 'keep') {
    const outcome = verdict.ok ? verdict.value : { verdict: 'unreadable', reason: verdict.reason };
    session.note('review', {
      ...log,
      ...outcome,
      after: first ?? null,
      afterText: before.answer,
      changed: false,
    });
    return { answered: before, isSettled: true };
  }
  const again = await answerFrom(session, evidence, chosen(verdict.value, evidence), run);
  const second = said(session, again);
  const isLost = second === undefined && first !== undefined;
  const after = isLost ? before : again;
  session.note('review', {
    ...log,
    ...verdict.value,
    after: said(session, after) ?? null,
    afterText: after.answer,
    changed: !isLost && second !== first,
    ...(isLost ? { unreadAgain: true } : {}),
  });
  return { answered: after, isSettled: false };
}

export default strategy({
  id: 'care-coord',
  summary: 'a coordinator chooses outlined evidence, reviews the answer and may have it given again',
  needs: ['segment'],
  roles: [
    ...CARE_ROLES,
    { name: 'coordinator', summary: 'PROVIDER/MODEL that chooses and reviews; the reader’s own if absent' },
  ],
  options: [
    { name: 'review', summary: 'on or off: whether answers are reviewed', default: 'on' },
    { name: 'reruns', summary: 'most times that an answer is given again (assumed)', default: '1' },
    ...CARE_OPTIONS,
  ],
  method: {
    paper: CARE_PAPER,
    command:
      'overread run BENCHMARK --data DIR --reader care-coord@MODEL --expert segment=EXPERT --option coordinator=MODEL',
    needs: ['an expert that segments'],
    tasks: ['visual question answering'],
    check: async (context) => (await import('../care/check-coord.ts')).checkCoord(context),
  },
  async read(session) {
    const wanted = session.option('review');
    if (wanted !== 'on' && wanted !== 'off')
      throw new OverreadError(
        'bad-argument',
        `The option review of care-coord is on or off, not "${wanted ?? ''}".`,
      );
    const reruns = session.number('reruns', { min: 1, max: 5 });
    const evidence = await gatherEvidence(session);
    let answered = await answerFrom(session, evidence, await choose(session, evidence));
    if (wanted === 'off') {
      session.note('review', { verdict: 'off' });
      return answered.answer;
    }
    for (let run = 1; run <= reruns; run++) {
      const reviewed = await review(session, evidence, answered, run);
      answered = reviewed.answered;
      if (reviewed.isSettled) break;
    }
    return answered.answer;
  },
});
