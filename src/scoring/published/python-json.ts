// JSON as Python reads and prints it: 5.0 stays "5.0", so that foreign results score as the released tool scores them.
import { OverreadError } from '../../domain/errors.ts';

/** A number kept with its spelling, since Python tells 5 from 5.0. */
export interface SpelledNumber {
  readonly spelled: string;
}

type Reviver = (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown;

/** JSON.parse that keeps every number's spelling. Throws SyntaxError as JSON.parse does. */
export function parseSpelled(text: string): unknown {
  const keep: Reviver = (_key, value, context) =>
    typeof value === 'number' ? { spelled: context.source ?? String(value) } : value;
  return JSON.parse(text, keep as (this: unknown, key: string, value: unknown) => unknown);
}

function isSpelled(value: unknown): value is SpelledNumber {
  return typeof value === 'object' && value !== null && 'spelled' in value;
}

/** Python's truth of a JSON value: 0, "", null, false, [] and {} are false. */
export function truthy(value: unknown): boolean {
  if (isSpelled(value)) return Number(value.spelled) !== 0;
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}

/** Python's str() of a JSON scalar. Throws `bad-argument` for lists and objects. */
export function pythonText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (isSpelled(value)) return numberText(value.spelled);
  throw new OverreadError('bad-argument', 'An answer is a list or an object: write it as text or a number.');
}

/** str(int) or repr(float): an exponent from 1e16 on and below 1e-4, with a sign and at least two digits. */
function numberText(spelled: string): string {
  if (/^-?\d+$/.test(spelled)) return String(BigInt(spelled));
  const value = Number(spelled);
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (value === 0) return spelled.startsWith('-') ? '-0.0' : '0.0';
  const [mantissa, exponent] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power < -4 || power >= 16)
    return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  const digits = mantissa.replace(/[-.]/g, '');
  const sign = value < 0 ? '-' : '';
  if (power < 0) return `${sign}0.${'0'.repeat(-power - 1)}${digits}`;
  const whole = digits.slice(0, power + 1).padEnd(power + 1, '0');
  return `${sign}${whole}.${digits.slice(power + 1) || '0'}`;
}
