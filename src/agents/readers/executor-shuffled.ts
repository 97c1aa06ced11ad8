// executor-shuffled: a control that concludes from another patient's tool results, and so must fall to chance.
import type { Question } from '../../domain/question.ts';
import { random } from '../../domain/random.ts';
import type { ReadTask } from '../../domain/reader.ts';
import type { CaseAccess, ToolMode } from '../../domain/tool.ts';
import { type Evidence, evidenceOf, executor } from '../executor.ts';
import { leastRecent } from '../least-recent.ts';
import { othersInTurn } from '../other-patient.ts';
import type { PluginContext } from '../reader-plugin.ts';

/** Results that allow no conclusion (about another structure, say) are passed over for the next, this often. */
const TRIES = 20;

/**
 * The questions of a type are put into one seeded order, whatever they are about, and each takes the tool results of
 * the next one of another patient from which its own conclusion can be drawn at all.
 */
function shuffledEvidence(
  context: PluginContext,
  mode: ToolMode,
): (task: ReadTask) => AsyncIterable<Evidence> {
  const { others, criteria } = context;
  const orders = leastRecent<readonly Question[]>(64);
  const cases = leastRecent<CaseAccess | undefined>(32);
  return async function* ({ question, signal }) {
    if (others === undefined) return;
    const order = await orders.get(question.type, async () =>
      random('shuffled evidence', question.type).shuffle(await others.questionsOfType(question.type)),
    );
    let tries = 0;
    for (const donor of othersInTurn(order, question)) {
      if (++tries > TRIES) return;
      const access = await cases.get(donor.caseId, () => others.open(donor.caseId, mode));
      if (access === undefined) continue;
      yield { ...(await evidenceOf(donor, access, { mode, criteria, signal })), alsoOf: [donor.patientId] };
    }
  };
}

export default executor({
  id: 'executor-shuffled',
  summary: "a control: the executor on another patient's tool results of the same question type",
  evidence: shuffledEvidence,
});
