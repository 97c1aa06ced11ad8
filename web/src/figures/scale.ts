// From values to places in a figure, and round numbers to write along its axes.

export type Scale = (value: number) => number;

export function linear(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const [d0, d1] = domain;
  const [r0, r1] = range;
  const span = d1 - d0;
  return (value) => (span === 0 ? r0 : r0 + ((value - d0) / span) * (r1 - r0));
}

/** About `wanted` round numbers within a domain, its ends where they are round. */
export function ticks([from, to]: readonly [number, number], wanted = 5): number[] {
  const span = to - from;
  if (!(span > 0)) return [from];
  const raw = span / wanted;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= raw) ?? 10) * power;
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** Few digits, as many as the value needs. */
export function short(value: number): string {
  const size = Math.abs(value);
  if (size >= 1000) return Math.round(value).toLocaleString('en-GB');
  if (size >= 100 || Number.isInteger(value)) return String(Math.round(value));
  return size >= 1 ? value.toFixed(1) : value.toPrecision(2).replace(/0+$/, '').replace(/\.$/, '');
}
