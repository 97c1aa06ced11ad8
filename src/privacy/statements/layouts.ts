// Where things stand on a statement: four layouts and a note, as pieces of text on a page of 1024 × 1024 pixels.
import type { FieldId, Statement } from './statement.ts';

export const PAGE_PIXELS = 1024;

/** A piece of text; its baseline's left end (or right end) at x, y. */
export interface Piece {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly bold?: boolean;
  readonly align?: 'left' | 'right';
  /** The identifier it is, or "amount" or "code" for what must stay. */
  readonly is?: FieldId | 'amount' | 'code';
}

export interface Rule {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Laid {
  readonly pieces: readonly Piece[];
  readonly rules: readonly Rule[];
}

const SIZE = 19;
type Row = readonly [label: string, field: FieldId];

/** Labels on the left, values beside them, one column. */
function ledger(s: Statement): Laid {
  const pieces: Piece[] = [...letterhead(s, 60)];
  const rows: readonly Row[] = [
    ['Statement Date:', 'statement-date'],
    ['Account Number:', 'account'],
    ['Statement Number:', 'statement-number'],
    ['Due Date:', 'due-date'],
    ['Patient Name:', 'name'],
    ['Date of Birth:', 'birth-date'],
    ['SSN:', 'ssn'],
    ['Phone:', 'phone'],
    ['E-mail:', 'email'],
    ['Address:', 'address'],
    ['Medical Record Number:', 'mrn'],
    ['Insurance ID:', 'insurance'],
    ['Service Date:', 'service-date'],
  ];
  rows.forEach(([label, field], n) => {
    const y = 205 + n * 34;
    pieces.push(
      { text: label, x: 60, y, size: SIZE },
      { text: s.fields[field], x: 320, y, size: SIZE, is: field },
    );
  });
  const table = charges(s, 690);
  return {
    pieces: [...pieces, ...table.pieces],
    rules: [{ x: 60, y: 165, width: 904, height: 2 }, ...table.rules],
  };
}

/** Two blocks side by side, the labels above their values' lines. */
function columns(s: Statement): Laid {
  const pieces: Piece[] = [...letterhead(s, 60)];
  const left: readonly Row[] = [
    ['Patient:', 'name'],
    ['Birth date:', 'birth-date'],
    ['Social Security:', 'ssn'],
    ['MRN:', 'mrn'],
    ['Insurance:', 'insurance'],
    ['Telephone:', 'phone'],
  ];
  const right: readonly Row[] = [
    ['Account:', 'account'],
    ['Statement No:', 'statement-number'],
    ['Date:', 'statement-date'],
    ['Due:', 'due-date'],
    ['Service date:', 'service-date'],
  ];
  const put = (rows: readonly Row[], x: number, value: number) =>
    rows.forEach(([label, field], n) => {
      const y = 230 + n * 42;
      pieces.push(
        { text: label, x, y, size: SIZE, bold: true },
        { text: s.fields[field], x: value, y, size: SIZE, is: field },
      );
    });
  put(left, 60, 225);
  put(right, 560, 710);
  pieces.push(
    { text: 'Address:', x: 60, y: 500, size: SIZE, bold: true },
    { text: s.fields.address, x: 225, y: 500, size: SIZE, is: 'address' },
    { text: 'Email:', x: 60, y: 542, size: SIZE, bold: true },
    { text: s.fields.email, x: 225, y: 542, size: SIZE, is: 'email' },
  );
  const table = charges(s, 630);
  return {
    pieces: [...pieces, ...table.pieces],
    rules: [{ x: 60, y: 180, width: 904, height: 2 }, ...table.rules],
  };
}

/** A letter: name and address stand in the window of the envelope, and in running text. */
function letter(s: Statement): Laid {
  const pieces: Piece[] = [...letterhead(s, 60)];
  const { fields } = s;
  pieces.push(
    { text: 'Bill to:', x: 60, y: 215, size: SIZE },
    { text: fields.name, x: 60, y: 247, size: SIZE, is: 'name' },
    { text: s.addressLines[0], x: 60, y: 279, size: SIZE, is: 'address' },
    { text: s.addressLines[1], x: 60, y: 311, size: SIZE, is: 'address' },
  );
  const line = (y: number, ...parts: readonly (readonly [text: string, x: number, is?: FieldId])[]) =>
    pieces.push(
      ...parts.map(([text, x, is]) => ({ text, x, y, size: SIZE, ...(is === undefined ? {} : { is }) })),
    );
  line(370, ['Dear', 60], [`${fields.name},`, 112, 'name']);
  line(
    412,
    ['this is your statement of', 60],
    [fields['statement-date'], 290, 'statement-date'],
    ['due on', 420],
    [fields['due-date'], 490, 'due-date'],
  );
  line(
    454,
    ['Your account:', 60],
    [fields.account, 200, 'account'],
    ['Statement:', 420],
    [fields['statement-number'], 530, 'statement-number'],
  );
  line(
    496,
    ['Record:', 60],
    [fields.mrn, 150, 'mrn'],
    ['Born:', 420],
    [fields['birth-date'], 490, 'birth-date'],
  );
  line(
    538,
    ['SSN', 60],
    [fields.ssn, 150, 'ssn'],
    ['Plan member', 420],
    [fields.insurance, 550, 'insurance'],
  );
  line(580, ['We reach you at', 60], [fields.phone, 225, 'phone'], ['or', 420], [fields.email, 460, 'email']);
  line(622, ['Services of', 60], [fields['service-date'], 180, 'service-date']);
  const table = charges(s, 680);
  return {
    pieces: [...pieces, ...table.pieces],
    rules: [{ x: 60, y: 165, width: 904, height: 2 }, ...table.rules],
  };
}

/** An admission label without a word of explanation at the top, the rest in one line after another. */
function label(s: Statement): Laid {
  const { fields } = s;
  const [given, family] = fields.name.split(' ');
  const pieces: Piece[] = [];
  const put = (x: number, y: number, text: string, is?: FieldId) =>
    pieces.push({ text, x, y, size: SIZE, ...(is === undefined ? {} : { is }) });
  put(60, 75, `${family.toUpperCase()}, ${given.toUpperCase()}`, 'name');
  put(420, 75, fields['birth-date'], 'birth-date');
  put(620, 75, fields.mrn, 'mrn');
  put(60, 108, s.addressLines[0], 'address');
  put(60, 141, s.addressLines[1], 'address');
  put(420, 108, fields.phone, 'phone');
  put(420, 141, fields.email, 'email');
  put(60, 174, fields.insurance, 'insurance');
  put(420, 174, fields.ssn, 'ssn');
  const head = letterhead(s, 60).map((piece) => ({ ...piece, y: piece.y + 190 }));
  put(60, 390, 'Account');
  put(180, 390, fields.account, 'account');
  put(500, 390, 'Statement');
  put(640, 390, fields['statement-number'], 'statement-number');
  put(60, 430, 'Issued');
  put(180, 430, fields['statement-date'], 'statement-date');
  put(500, 430, 'Payable by');
  put(640, 430, fields['due-date'], 'due-date');
  put(60, 470, 'For services of');
  put(220, 470, fields['service-date'], 'service-date');
  const table = charges(s, 560);
  return {
    pieces: [...pieces, ...head, ...table.pieces],
    rules: [{ x: 60, y: 200, width: 904, height: 2 }, ...table.rules],
  };
}

/**
 * A note that somebody typed: no labels, no titles, the name in the middle of a sentence. Written after the detectors
 * and without regard to them, so that they meet something that they were not made for.
 */
function prose(s: Statement): Laid {
  const { fields } = s;
  const pieces: Piece[] = [...letterhead(s, 60)];
  const line = (y: number, ...parts: readonly (readonly [text: string, x: number, is?: Piece['is']])[]) =>
    pieces.push(
      ...parts.map(([text, x, is]) => ({ text, x, y, size: SIZE, ...(is === undefined ? {} : { is }) })),
    );
  line(
    220,
    ['I write about', 60],
    [fields.name, 190, 'name'],
    ['who came to us on', 430],
    [fields['service-date'], 600, 'service-date'],
  );
  line(
    262,
    ['and lives in', 60],
    [s.addressLines[1], 180, 'address'],
    ['at', 520],
    [s.addressLines[0], 560, 'address'],
  );
  line(
    304,
    ['The papers say', 60],
    [fields['birth-date'], 220, 'birth-date'],
    ['and', 340],
    [fields.ssn, 390, 'ssn'],
  );
  line(
    346,
    ['Use', 60],
    [fields.mrn, 110, 'mrn'],
    ['or', 280],
    [fields.insurance, 320, 'insurance'],
    ['when you ask', 520],
  );
  line(
    388,
    ['We billed', 60],
    [fields.account, 170, 'account'],
    ['with', 380],
    [fields['statement-number'], 440, 'statement-number'],
  );
  line(
    430,
    ['on', 60],
    [fields['statement-date'], 100, 'statement-date'],
    ['and wait until', 230],
    [fields['due-date'], 370, 'due-date'],
  );
  line(472, ['Try', 60], [fields.phone, 110, 'phone'], ['or', 280], [fields.email, 320, 'email']);
  line(514, ['If', 60], [fields.name, 90, 'name'], ['does not answer, write again.', 330]);
  const table = charges(s, 600);
  return {
    pieces: [...pieces, ...table.pieces],
    rules: [{ x: 60, y: 165, width: 904, height: 2 }, ...table.rules],
  };
}

function letterhead({ provider }: Statement, x: number): Piece[] {
  return [
    { text: provider.name, x, y: 80, size: 28, bold: true },
    { text: provider.address, x, y: 115, size: 17 },
    { text: `Billing office: ${provider.phone}`, x, y: 145, size: 17 },
    { text: 'BILLING STATEMENT', x: 964, y: 80, size: 22, bold: true, align: 'right' },
  ];
}

function charges(s: Statement, top: number): Laid {
  const pieces: Piece[] = [
    { text: 'Code', x: 60, y: top, size: SIZE, bold: true },
    { text: 'Description', x: 180, y: top, size: SIZE, bold: true },
    { text: 'Amount', x: 964, y: top, size: SIZE, bold: true, align: 'right' },
  ];
  s.lines.forEach(({ code, what, amount }, n) => {
    const y = top + 40 + n * 34;
    pieces.push(
      { text: code, x: 60, y, size: SIZE, is: 'code' },
      { text: what, x: 180, y, size: SIZE },
      { text: amount, x: 964, y, size: SIZE, align: 'right', is: 'amount' },
    );
  });
  s.totals.forEach(({ label, amount }, n) => {
    const y = top + 165 + n * 34;
    pieces.push(
      { text: label, x: 640, y, size: SIZE },
      { text: amount, x: 964, y, size: SIZE, align: 'right', is: 'amount' },
    );
  });
  return {
    pieces,
    rules: [
      { x: 60, y: top + 12, width: 904, height: 1 },
      { x: 600, y: top + 130, width: 364, height: 1 },
    ],
  };
}

export const LAYOUTS = { ledger, columns, letter, label, prose } as const;
export type LayoutId = keyof typeof LAYOUTS;
/** Those that take turns; prose is drawn when asked for. */
export const LAYOUT_IDS: readonly LayoutId[] = ['ledger', 'columns', 'letter', 'label'];
