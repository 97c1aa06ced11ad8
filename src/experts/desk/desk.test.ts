// The desk in a real browser: every task can be done by its own actions, and what they do is seen in the page's state.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAction, sameAction, stepsInOrder } from './actions.ts';
import { type Desk, hasBrowser, openDesk } from './browser.ts';
import { deskTasks, historyText } from './tasks.ts';

const there = await hasBrowser();

describe('tasks', () => {
  const tasks = deskTasks({ seed: '1', count: 60 });
  it('have 8 to 24 steps, end complete, and are the same for a seed', () => {
    for (const { gold } of tasks) {
      expect(gold.length).toBeGreaterThanOrEqual(8);
      expect(gold.length).toBeLessThanOrEqual(24);
      expect(gold.at(-1)?.action).toBe('COMPLETE');
    }
    expect(deskTasks({ seed: '1', count: 60 })).toEqual(tasks);
    expect(deskTasks({ seed: '2', count: 60 })).not.toEqual(tasks);
  });
});

describe('actions', () => {
  it('are compared by act and target, not by act alone', () => {
    const click = (target: string) => ({ action: 'CLICK' as const, target });
    expect(sameAction(click('Save report'), click('save  report'))).toBe(true);
    expect(sameAction(click('Save report'), click('Report'))).toBe(false);
    expect(
      sameAction(
        { action: 'TEXT', target: 'Note', text: 'a' },
        { action: 'TEXT', target: 'Note', text: 'b' },
      ),
    ).toBe(false);
  });
  it('are read from the last JSON object of a reply, or there is a reason', () => {
    expect(
      parseAction('First {"action":"click","target":"A"}, no: {"action":"ZOOM","target":"Image","amount":1}'),
    ).toEqual({
      ok: true,
      action: { action: 'ZOOM', target: 'Image', amount: 1 },
    });
    expect(parseAction('I would click it.')).toMatchObject({ ok: false });
    expect(parseAction('{"action":"DELETE","target":"all"}')).toMatchObject({ ok: false });
  });
  it('steps in order are a longest common subsequence', () => {
    const step = (target: string) => ({ action: 'CLICK' as const, target });
    const gold = ['a', 'b', 'c', 'd'].map(step);
    expect(stepsInOrder(gold, gold)).toBe(4);
    expect(stepsInOrder(gold, ['a', 'x', 'b', 'd'].map(step))).toBe(3);
    expect(stepsInOrder(gold, ['d', 'c', 'b', 'a'].map(step))).toBe(1);
    expect(stepsInOrder(gold, [])).toBe(0);
  });
});

describe.skipIf(!there)('the page in Chromium (apt-get install chromium)', () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await openDesk();
  }, 60_000);
  afterAll(() => desk?.close());

  it('every step of a task is possible when its turn comes, and leads where it should', async () => {
    for (const task of deskTasks({ seed: '7', count: 4 })) {
      const session = await desk.open(task.app, task.seed);
      for (const step of task.gold)
        expect(await session.perform(step), `${task.id} ${historyText([step])}`).toMatchObject({ ok: true });
      const state = await session.state();
      const of = (action: string) => task.gold.filter((step) => step.action === action);
      if (task.app === 'viewer') {
        const scrolled = of('SCROLL').reduce((sum, { amount = 0 }) => sum + amount, 0);
        expect(state.slice).toBe(Math.min(99, 40 + scrolled));
        expect(state.segments).toEqual(of('SEGMENT').map(({ target }) => target));
        expect(state.saved).toBe(of('TEXT').at(-1)?.text);
      } else {
        expect(state.signed).toBe(true);
        expect(state.orders).toHaveLength(
          of('CLICK').filter(({ target }) => target === 'Place order').length,
        );
      }
      await session.close();
    }
  }, 60_000);
  it('an impossible step changes nothing and says why', async () => {
    const session = await desk.open('viewer', '1');
    const before = await session.state();
    expect(await session.perform({ action: 'CLICK', target: 'Save report' })).toEqual({
      ok: false,
      message: 'There is no "Save report" on the screen.',
    });
    expect(await session.state()).toEqual(before);
    await session.close();
  });
  it('shows every element within the screenshot, and the same pixels for the same state', async () => {
    const session = await desk.open('records', '3');
    const [first, second] = [await session.screenshot(), await session.screenshot()];
    expect(Buffer.compare(first, second)).toBe(0);
    const elements = await session.elements();
    expect(elements.length).toBeGreaterThanOrEqual(7);
    for (const { box } of elements) {
      expect(box[0]).toBeGreaterThanOrEqual(0);
      expect(box[2]).toBeLessThanOrEqual(1000);
      expect(box[3]).toBeGreaterThan(box[1]);
    }
    await session.close();
  });
});
