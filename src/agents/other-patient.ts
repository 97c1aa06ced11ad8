// Another patient: who stands in where a control must show a reader somebody else's case.

/** The first item after `own` in a circular order that belongs to another patient; undefined when there is none. */
export function nextOfAnotherPatient<T extends { readonly id: string; readonly patientId: string }>(
  order: readonly T[],
  own: { readonly id: string; readonly patientId: string },
): T | undefined {
  const start = order.findIndex((item) => item.id === own.id);
  for (let step = 1; step <= order.length; step++) {
    const item = order[(Math.max(start, 0) + step) % order.length];
    if (item.patientId !== own.patientId) return item;
  }
  return undefined;
}
