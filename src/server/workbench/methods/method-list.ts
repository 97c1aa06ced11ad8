// What is implemented, as `overread methods` lists it: asked of a process of its own, since it loads every plug-in.
import { OverreadError } from '../../../domain/errors.ts';
import type { WorkbenchContext } from '../context.ts';
import { runCommand } from '../jobs/child.ts';
import { type MethodList, methodList } from '../shapes/methods.ts';

type Context = Pick<WorkbenchContext, 'command' | 'signal'>;

/** The catalogue; asked for once. Throws what the command throws. */
export function methodLister(context: Context): () => Promise<MethodList['methods']> {
  let known: Promise<MethodList['methods']> | undefined;
  return () => {
    known ??= listed(context).catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
}

async function listed({ command, signal }: Context): Promise<MethodList['methods']> {
  const { status, out, problem } = await runCommand({ command }, ['methods', '--json'], {
    signal,
    timeoutMs: 120_000,
    heap: 1024,
    maxOutput: 16 << 20,
  });
  if (status !== 0)
    throw new OverreadError('internal', problem ?? 'The methods cannot be listed: run "overread methods".');
  return methodList.parse({ methods: JSON.parse(out) }).methods;
}
