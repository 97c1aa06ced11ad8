// Synthetic billing statements: what a clinic's bill says, every identifier in it invented and given out once.
import { random } from '../../domain/random.ts';
import type { PhiCategory } from '../categories.ts';
import { type Invented, invented } from './invented.ts';

/** Identifiers of a statement, by the name under which the study reports them. */
export const FIELDS = {
  name: 'name',
  'birth-date': 'date',
  ssn: 'ssn',
  phone: 'phone',
  email: 'email',
  address: 'address',
  mrn: 'mrn',
  insurance: 'insurance',
  account: 'account',
  'statement-number': 'account',
  'statement-date': 'date',
  'due-date': 'date',
  'service-date': 'date',
} as const satisfies Readonly<Record<string, PhiCategory>>;

export type FieldId = keyof typeof FIELDS;
export const FIELD_IDS = Object.keys(FIELDS) as readonly FieldId[];

/** The seven that the paper counts. */
export const PUBLISHED_FIELDS: readonly FieldId[] = [
  'name',
  'birth-date',
  'address',
  'mrn',
  'ssn',
  'email',
  'account',
];

export interface ServiceLine {
  readonly code: string;
  readonly what: string;
  readonly amount: string;
}

export interface Statement {
  readonly id: string;
  readonly provider: { readonly name: string; readonly address: string; readonly phone: string };
  readonly fields: Readonly<Record<FieldId, string>>;
  /** The address as it stands on an envelope: street, then town. */
  readonly addressLines: readonly [string, string];
  readonly lines: readonly ServiceLine[];
  readonly totals: readonly { readonly label: string; readonly amount: string }[];
}

const LINES: readonly ServiceLine[] = [
  { code: '99214', what: 'Office visit, established', amount: '$275.00' },
  { code: '85025', what: 'Complete blood count', amount: '$125.00' },
  { code: '80053', what: 'Comprehensive metabolic panel', amount: '$150.00' },
];
const TOTALS = [
  { label: 'Total charges', amount: '$550.00' },
  { label: 'Plan paid', amount: '$440.00' },
  { label: 'Adjustments', amount: '$0.00' },
  { label: 'Balance due', amount: '$110.00' },
];
const DAY = 86_400_000;

/** "03/14/2025". */
export function slashed(day: Date): string {
  const [year, month, date] = day.toISOString().slice(0, 10).split('-');
  return `${month}/${date}/${year}`;
}

/** `count` statements; the same seed gives the same ones, and no value stands in two of them. */
export function statements(options: { readonly seed: string; readonly count: number }): Statement[] {
  const source = invented(random(options.seed, 'statements'));
  return Array.from({ length: options.count }, (_, n) =>
    statementFrom(source, `page-${String(n + 1).padStart(4, '0')}`),
  );
}

function statementFrom(source: Invented, id: string): Statement {
  const person = source.person();
  const home = source.address();
  const office = source.address();
  const issued = source.day(2019, 2025);
  return {
    id,
    provider: {
      name: source.company('Medical Group'),
      address: `${office.street}, ${office.town}`,
      phone: source.phone(),
    },
    fields: {
      name: `${person.given} ${person.family}`,
      'birth-date': slashed(source.day(1930, 2005)),
      ssn: source.ssn(),
      phone: source.phone(),
      email: source.email(person),
      address: `${home.street}, ${home.town}`,
      mrn: `MRN-${source.digits(8)}`,
      insurance: `INS-${source.digits(10)}`,
      account: `ACCT-${source.digits(10)}`,
      'statement-number': `STMT-${source.digits(8)}`,
      'statement-date': slashed(issued),
      'due-date': slashed(new Date(issued.getTime() + 30 * DAY)),
      'service-date': slashed(new Date(issued.getTime() - 14 * DAY)),
    },
    addressLines: [home.street, home.town],
    lines: LINES,
    totals: TOTALS,
  };
}
