// Experts whose spending is counted in the read that asks them: a model may stand behind any of them.
import type { ExpertCall, ExpertRole, ExpertSpending, Experts } from '../domain/expert.ts';

/** The method of each role, and which of its arguments says whose data it shows. */
const CALLS: Readonly<Record<ExpertRole, readonly [method: string, call: number]>> = {
  segment: ['segmentRegion', 2],
  ground: ['ground', 2],
  classify: ['classify', 2],
  retrieve: ['retrieve', 1],
  transcribe: ['transcribe', 1],
  speak: ['speak', 1],
  operate: ['begin', 2],
};

type Method = (...args: unknown[]) => unknown;

/** The same experts; every call of them tells `spent` what a model behind it cost. */
export function countedExperts(experts: Experts, spent: (spending: ExpertSpending) => void): Experts {
  return Object.fromEntries(
    Object.entries(experts).map(([role, expert]) => {
      const [method, at] = CALLS[role as ExpertRole];
      const own = (expert as unknown as Record<string, Method>)[method];
      const counted: Method = (...args) => {
        const all = args.slice(0, at);
        all[at] = { ...(args[at] as ExpertCall | undefined), spent };
        return own.apply(expert, all);
      };
      return [role, { ...expert, [method]: counted }];
    }),
  );
}
