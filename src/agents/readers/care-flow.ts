// care-flow: answers from each of three views of masked evidence, and takes the majority (CARE).
import { OverreadError } from '../../domain/errors.ts';
import { formatOf } from '../../domain/question.ts';
import { parseAnswer } from '../../scoring/parse.ts';
import { type Answered, answerFrom, CARE_OPTIONS, CARE_ROLES, gatherEvidence } from '../care/evidence.ts';
import { CARE_PAPER } from '../care/paper.ts';
import { VIEWS, type View } from '../care/views.ts';
import { majority } from '../care/vote.ts';
import { strategy } from '../strategy.ts';

/** Views by name, in order. Throws `bad-argument`. */
function viewsOf(text: string): View[] {
  const names = text.split(',').map((name) => name.trim());
  const views = names.flatMap((name) => VIEWS.find((view) => view === name) ?? []);
  if (views.length === names.length && new Set(views).size === views.length) return views;
  throw new OverreadError(
    'bad-argument',
    `The option views of care-flow is some of ${VIEWS.join(', ')} separated by commas, not "${text}".`,
  );
}

export default strategy({
  id: 'care-flow',
  summary: 'outlines what the question is about, answers from three views of it and votes',
  needs: ['segment'],
  roles: CARE_ROLES,
  options: [
    {
      name: 'views',
      summary: 'views that vote; of equally many votes the answer of the first counts (assumed)',
      default: VIEWS.join(','),
    },
    ...CARE_OPTIONS,
  ],
  method: {
    paper: CARE_PAPER,
    command: 'overread run BENCHMARK --data DIR --reader care-flow@MODEL --expert segment=EXPERT',
    needs: ['an expert that segments'],
    tasks: ['visual question answering'],
    check: async (context) => (await import('../care/check-flow.ts')).checkFlow(context),
  },
  async read(session) {
    const views = viewsOf(session.option('views') ?? '');
    const evidence = await gatherEvidence(session);
    // Without a mask the views would be one and the same.
    const able = evidence.kept.length > 0 ? views : (['global'] as const);
    const answers: Answered[] = [];
    for (const view of able)
      answers.push(
        await answerFrom(session, evidence, { view, from: view === 'global' ? [] : evidence.kept }),
      );
    const { question, format } = session.task;
    const ballots = answers.map((answered) => {
      const parsed = parseAnswer(question, answered.answer, {
        protocol: 'strict',
        format: formatOf(question, format),
      });
      return { voter: answered, ...(parsed.ok ? { answer: parsed.answer } : {}) };
    });
    const vote = majority(ballots);
    session.note('vote', {
      counts:
        vote?.counts.map(({ answer, voters }) => ({ answer, views: voters.map(({ view }) => view) })) ?? [],
      unread: ballots.flatMap(({ voter, answer }) => (answer === undefined ? [voter.view] : [])),
      tied: vote?.tied ?? false,
      winner: vote?.winner.view ?? null,
    });
    return (vote?.winner ?? answers[0]).answer;
  },
});
