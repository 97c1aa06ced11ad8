// executor-shuffled: a control that concludes from another patient's tool results, and so must fall to chance.
import type { Question } from '../../domain/question.ts';
import { random } from '../../domain/random.ts';
import type { ReadTask } from '../../domain/reader.ts';
import { type EvidenceSource, executor } from '../executor.ts';
import { nextOfAnotherPatient } from '../other-patient.ts';
import type { PluginContext } from '../reader-plugin.ts';

/**
 * Questions of the type are put into one seeded order; each takes the evidence of the next one of another patient.
 * Questions about the same thing (equal slots) exchange among themselves where there are any.
 */
async function evidenceFrom(
  task: ReadTask,
  { others }: PluginContext,
  mode: 'oracle' | 'predicted' | 'vision',
): Promise<EvidenceSource> {
  const { question } = task;
  const all = (await others?.questionsOfType(question.type)) ?? [];
  // The order must not depend on the question, so that results are exchanged and not merely drawn.
  const order = random('shuffled evidence', question.type).shuffle(all);
  const wanted = slotsText(question);
  const donor =
    nextOfAnotherPatient(
      order.filter((other) => slotsText(other) === wanted),
      question,
    ) ?? nextOfAnotherPatient(order, question);
  if (donor === undefined || others === undefined) return { question, access: undefined };
  return { question: donor, access: await others.open(donor.caseId, mode) };
}

function slotsText({ slots }: Question): string {
  return JSON.stringify(Object.entries(slots).sort(([a], [b]) => (a < b ? -1 : 1)));
}

export default executor({
  id: 'executor-shuffled',
  summary: "a control: the executor on another patient's tool results of the same question type",
  evidenceFrom,
});
