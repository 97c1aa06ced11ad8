// CareFlow tasks at a desk: each task carried out in a real browser, its screen kept before every step.
import { OverreadError } from '../../domain/errors.ts';
import { actionName } from '../../experts/desk/actions.ts';
import { openDesk } from '../../experts/desk/browser.ts';
import { deskTasks } from '../../experts/desk/tasks.ts';
import type { Builder } from '../builder.ts';
import { buildFolder, tally } from '../built-folder.ts';
import careflow from '../published/careflow.ts';

const cell = (text: string): string => `"${text.replaceAll('"', '""')}"`;

const builder: Builder = {
  id: 'careflow-desk',
  kind: 'builder',
  summary: 'long tasks at a simulated viewer and records system, with the screen before every step',
  paper: careflow.paper,
  command: 'overread make careflow-desk simulated --out DIR',
  needs: ['Chromium'],
  writes: 'careflow',
  options: [
    { name: 'tasks', value: 'N', about: 'how many, of both applications in turn', default: '20' },
    { name: 'browser', value: 'PATH', about: 'Chromium, where it is not in its usual place' },
  ],
  async build(request) {
    const count = Number(request.options.tasks?.[0] ?? 20);
    if (!(Number.isInteger(count) && count >= 1 && count <= 10_000))
      throw new OverreadError('bad-argument', 'Give --tasks as a whole number from 1 to 10,000.');
    if (request.source !== 'simulated')
      throw new OverreadError(
        'bad-argument',
        'The tasks are drawn up at the simulated desk: write overread make careflow-desk simulated --out DIR.',
      );
    const counts = tally();
    const desk = await openDesk(
      request.options.browser === undefined ? {} : { browser: request.options.browser[0] },
    );
    request.progress.start('Carrying tasks out', count);
    try {
      return await buildFolder(request.out, async (folder) => {
        const columns = careflow.card.columns ?? {};
        const lines = [Object.values(columns).join(',')];
        for (const task of deskTasks({ seed: request.seed, count })) {
          request.signal.throwIfAborted();
          const session = await desk.open(task.app, task.seed);
          for (const [at, step] of task.gold.entries()) {
            const image = `${task.id}-${at + 1}.png`;
            await folder.write(`images/${image}`, await session.screenshot());
            const seen = JSON.stringify(await session.elements());
            const truth = JSON.stringify({ Grounding: { ground_truth: step } });
            lines.push([task.id, image, task.goal, truth, seen, task.app, task.seed].map(cell).join(','));
            const { ok, message } = await session.perform(step);
            if (!ok)
              throw new OverreadError(
                'internal',
                `${task.id} cannot be done: ${actionName(step)}: ${message}`,
              );
            counts.add(task.app);
          }
          await session.close();
          request.progress.advance(1);
        }
        await folder.write('tasks.csv', `${lines.join('\n')}\n`);
        return { items: lines.length - 1, counts: counts.counts(), skipped: [] };
      });
    } finally {
      request.progress.finish();
      await desk.close();
    }
  },
  async check(context) {
    const { checkCareflow } = await import('../careflow-check.ts');
    return checkCareflow(context);
  },
};
export default builder;
