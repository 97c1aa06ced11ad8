// The viewer's keys: one table for what they do and for the page that lists them.
import type { PlaneName } from '../../../../src/server/workbench/shapes/scan.ts';

export type Tool = 'point' | 'window' | 'move' | 'ruler' | 'region';

export type Action =
  | { readonly do: 'step'; readonly by: number }
  | { readonly do: 'end'; readonly last: boolean }
  | { readonly do: 'masks' }
  | { readonly do: 'preset'; readonly at: number }
  | { readonly do: 'zoom'; readonly factor: number }
  | { readonly do: 'fit' }
  | { readonly do: 'plane'; readonly plane: PlaneName }
  | { readonly do: 'three' }
  | { readonly do: 'tool'; readonly tool: Tool }
  | { readonly do: 'escape' }
  | { readonly do: 'help' };

const KEYS: Readonly<Record<string, Action>> = {
  ArrowDown: { do: 'step', by: 1 },
  ArrowUp: { do: 'step', by: -1 },
  '.': { do: 'step', by: 1 },
  ',': { do: 'step', by: -1 },
  PageDown: { do: 'step', by: 10 },
  PageUp: { do: 'step', by: -10 },
  Home: { do: 'end', last: false },
  End: { do: 'end', last: true },
  m: { do: 'masks' },
  '+': { do: 'zoom', factor: 1.25 },
  '=': { do: 'zoom', factor: 1.25 },
  '-': { do: 'zoom', factor: 0.8 },
  '0': { do: 'fit' },
  a: { do: 'plane', plane: 'axial' },
  c: { do: 'plane', plane: 'coronal' },
  s: { do: 'plane', plane: 'sagittal' },
  t: { do: 'three' },
  x: { do: 'tool', tool: 'point' },
  w: { do: 'tool', tool: 'window' },
  v: { do: 'tool', tool: 'move' },
  r: { do: 'tool', tool: 'ruler' },
  o: { do: 'tool', tool: 'region' },
  Escape: { do: 'escape' },
  '?': { do: 'help' },
};

/** What a key does in the viewer; undefined for one that is not the viewer's. */
export function actionOf(key: string): Action | undefined {
  if (/^[1-9]$/.test(key)) return { do: 'preset', at: Number(key) - 1 };
  return Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
}

/** For people: what the keys are called, and what they do. */
export const KEY_HELP: readonly (readonly [keys: readonly string[], meaning: string])[] = [
  [['↓', '.'], 'Next slice'],
  [['↑', ','], 'Previous slice'],
  [['Page Down', 'Page Up'], 'Ten slices on or back'],
  [['Home', 'End'], 'First or last slice'],
  [['a', 'c', 's'], 'Axial, coronal, sagittal'],
  [['t'], 'Three planes, and back to one'],
  [['m'], 'Masks on or off'],
  [['1', '…', '9'], 'Named windows'],
  [['+', '−'], 'Larger, smaller'],
  [['0'], 'Fit to the screen'],
  [['x'], 'Point: sets the cross-hair'],
  [['w'], 'Window: drag to the side for width, up and down for level'],
  [['v'], 'Move the image'],
  [['r'], 'Ruler'],
  [['o'], 'Region: statistics within an ellipse'],
  [['Esc'], 'End a tool'],
  [['?'], 'This list'],
];
