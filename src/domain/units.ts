// Units: UCUM codes, how they are shown, and conversion between those that answers may use.

/** Factor to the base unit of each dimension (mm, cm3, one, degree, HU). */
const FACTORS: Record<string, readonly [dimension: string, factor: number]> = {
  mm: ['length', 1],
  cm: ['length', 10],
  m: ['length', 1000],
  mm3: ['volume', 0.001],
  cm3: ['volume', 1],
  mL: ['volume', 1],
  L: ['volume', 1000],
  '%': ['ratio', 0.01],
  '1': ['ratio', 1],
  deg: ['angle', 1],
  "[hnsf'U]": ['attenuation', 1],
};

const SHOWN: Record<string, string> = { cm3: 'cm³', mm3: 'mm³', "[hnsf'U]": 'HU', '1': '', deg: '°' };

/** Factor that takes a value in UCUM unit `from` to `to`, or undefined when they measure different things. */
export function conversion(from: string, to: string): number | undefined {
  const a = FACTORS[from];
  const b = FACTORS[to];
  if (a === undefined || b === undefined || a[0] !== b[0]) return undefined;
  return a[1] / b[1];
}

/** "cm³" for cm3, "HU" for [hnsf'U]. */
export function shownUnit(ucum: string): string {
  return SHOWN[ucum] ?? ucum;
}
