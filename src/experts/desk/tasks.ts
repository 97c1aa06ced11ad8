// Tasks at the desk: seeded goals of 8 to 24 steps in a viewer and a records system, each with the actions that reach it.
import { type Random, random } from '../../domain/random.ts';
import { actionName, type DeskAction } from './actions.ts';

export type DeskApp = 'viewer' | 'records';

export interface DeskPatient {
  readonly name: string;
  readonly number: string;
  readonly birthYear: number;
}

export interface DeskTask {
  readonly id: string;
  readonly app: DeskApp;
  /** Of the people and scans that the page shows. */
  readonly seed: string;
  /** In words, one clause for each step, in order. */
  readonly goal: string;
  readonly gold: readonly DeskAction[];
}

const FIRST = ['Ida', 'Noor', 'Tomas', 'Lena', 'Omar', 'Ruth', 'Paul', 'Mei', 'Hugo', 'Ana'];
const LAST = ['Berg', 'Okafor', 'Lindt', 'Moreau', 'Sato', 'Duarte', 'Novak', 'Haas', 'Quist', 'Reyes'];
export const PRESETS = ['Abdomen', 'Lung', 'Bone', 'Brain'] as const;
export const STRUCTURES = ['liver', 'spleen', 'left kidney', 'right kidney', 'pancreas'] as const;
export const LABS = ['Creatinine', 'Haemoglobin', 'Lipase', 'CRP'] as const;
export const ORDERS = ['CT abdomen', 'Ultrasound liver', 'Chest radiograph'] as const;

/** Six invented people, the same for a seed wherever the page is opened. */
export function deskPatients(seed: string): DeskPatient[] {
  const rng = random(seed, 'desk-patients');
  const first = rng.shuffle(FIRST);
  const last = rng.shuffle(LAST);
  return Array.from({ length: 6 }, (_, at) => ({
    name: `${last[at]}, ${first[at]}`,
    number: String(100_000 + rng.int(900_000)),
    birthYear: 1935 + rng.int(65),
  }));
}

const click = (target: string): DeskAction => ({ action: 'CLICK', target });
const type = (target: string, text: string): DeskAction => ({ action: 'TEXT', target, text });

/** One clause of the goal. It names what is wanted as a person would, with names in quotation marks. */
function clause(step: DeskAction): string {
  const { action, target, text = '', amount = 0 } = step;
  if (action === 'CLICK') return `click "${target}"`;
  if (action === 'TEXT') return `type "${text}" into "${target}"`;
  if (action === 'SCROLL') return `scroll "${target}" ${amount > 0 ? 'down' : 'up'} by ${Math.abs(amount)}`;
  if (action === 'ZOOM') return `zoom ${amount > 0 ? 'in' : 'out'} on "${target}"`;
  if (action === 'SEGMENT') return `segment the "${target}"`;
  return 'report that the task is complete';
}

function viewerSteps(seed: string, rng: Random): DeskAction[] {
  const patient = rng.pick(deskPatients(seed));
  const rounds = 1 + rng.int(3);
  const structures = rng.shuffle(STRUCTURES);
  const steps: DeskAction[] = [
    type('Search worklist', patient.name.split(',')[0]),
    click(patient.name),
    click(rng.pick(['Series 1 axial', 'Series 2 coronal'])),
  ];
  for (let round = 0; round < rounds; round++) {
    steps.push(
      click(`Window ${rng.pick(PRESETS)}`),
      { action: 'SCROLL', target: 'Image', amount: 5 * (1 + rng.int(6)) },
      { action: 'ZOOM', target: 'Image', amount: rng.pick([1, -1]) },
      { action: 'SEGMENT', target: structures[round] },
    );
  }
  steps.push(
    click('Measurements'),
    click('Report'),
    type('Report text', `${structures[0]} segmented, no free fluid`),
    click('Save report'),
    { action: 'COMPLETE', target: '' },
  );
  return steps;
}

function recordsSteps(seed: string, rng: Random): DeskAction[] {
  const patient = rng.pick(deskPatients(seed));
  const steps: DeskAction[] = [
    type('Find patient', patient.number),
    click(patient.name),
    click('Laboratory'),
    { action: 'SCROLL', target: 'Results', amount: rng.pick([3, 5, 8]) },
    click(rng.pick(LABS)),
  ];
  for (let order = 0; order < 1 + rng.int(3); order++)
    steps.push(
      click('Orders'),
      click(ORDERS[order]),
      type('Indication', `follow-up ${order + 1}`),
      click('Place order'),
    );
  steps.push(click('Notes'), type('Note', 'seen and discussed'), click('Sign note'), click('Confirm'), {
    action: 'COMPLETE',
    target: '',
  });
  return steps;
}

/** Tasks of both systems in turn; the same seed, the same tasks. */
export function deskTasks(options: { readonly seed: string; readonly count: number }): DeskTask[] {
  return Array.from({ length: options.count }, (_, at) => {
    const app: DeskApp = at % 2 === 0 ? 'viewer' : 'records';
    const seed = `${options.seed}/${at}`;
    const rng = random(seed, 'desk-task');
    const gold = app === 'viewer' ? viewerSteps(seed, rng) : recordsSteps(seed, rng);
    return {
      id: `task-${at}`,
      app,
      seed,
      goal: `In this order: ${gold.map(clause).join('; ')}.`,
      gold,
    };
  });
}

/** What has been done, as a numbered list. */
export function historyText(done: readonly DeskAction[]): string {
  return done.length === 0
    ? 'Nothing yet.'
    : done.map((step, at) => `${at + 1}. ${actionName(step)}`).join('\n');
}
