// Another patient: who stands in where a control must show a reader somebody else's case.

interface Owned {
  readonly id: string;
  readonly patientId: string;
}

/** The items after `own` in a circular order that belong to other patients, nearest first. */
export function* othersInTurn<T extends Owned>(order: readonly T[], own: Owned): Generator<T> {
  const start = Math.max(
    0,
    order.findIndex((item) => item.id === own.id),
  );
  for (let step = 1; step <= order.length; step++) {
    const item = order[(start + step) % order.length];
    if (item.patientId !== own.patientId) yield item;
  }
}

/** The first of `othersInTurn`; undefined when nobody else is there. */
export function nextOfAnotherPatient<T extends Owned>(order: readonly T[], own: Owned): T | undefined {
  for (const item of othersInTurn(order, own)) return item;
  return undefined;
}
