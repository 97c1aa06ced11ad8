// Lists of reads on a page opened from disk: the export holds each whole, and what the server would choose is chosen here.
import { type Neighbours, type Outcome, type ReadPage, type ReadRow, readPage } from '@shapes/reads.ts';
import { ApiError } from '../api/client.ts';

const ERRORS: readonly Outcome[] = ['partial', 'wrong', 'unparsed', 'refused', 'failed'];
const LIST = /^\/api\/runs\/([^/]+)\/(reads|neighbours)$/;

/** Where an export keeps the whole list of a run. */
export const wholeList = (run: string, protocol: string): string => `/export/runs/${run}/reads/${protocol}`;

/** The answer to a list's address, or undefined where the address is no list's. */
export async function listAnswer(
  address: string,
  load: (path: string) => Promise<unknown>,
): Promise<ReadPage | Neighbours | undefined> {
  const [path, query = ''] = address.split('?', 2);
  const match = LIST.exec(path);
  if (match === null) return undefined;
  const asked = new URLSearchParams(query);
  const whole = readPage.parse(await load(wholeList(match[1], asked.get('protocol') ?? 'strict')));
  const chosen = whole.rows.filter(fits(asked));
  if (match[2] === 'neighbours') return neighboursOf(whole.rows, chosen, asked);
  const offset = Number(asked.get('offset') ?? 0);
  const rows = chosen.slice(offset, offset + Number(asked.get('limit') ?? 100));
  return { ...whole, total: chosen.length, rows };
}

/** The filters that a row alone can answer. */
function fits(asked: URLSearchParams): (row: ReadRow) => boolean {
  for (const name of ['facet', 'coverage', 'confidence'])
    if ((asked.get(name) ?? '') !== '')
      throw new ApiError(
        'not-exported',
        `Reads cannot be filtered by ${name} in an export: open the workbench.`,
        404,
      );
  const names = (name: string): string[] => (asked.get(name) ?? '').split(',').filter((each) => each !== '');
  const outcomes = names('outcome').flatMap((name): string[] => (name === 'error' ? [...ERRORS] : [name]));
  const words = (asked.get('text') ?? '').toLowerCase().trim().split(/\s+/).filter(Boolean);
  const [stages, types, causes] = [names('stage'), names('type'), names('cause')];
  const patient = asked.get('patient') ?? '';
  const rung = asked.get('rung') ?? '';
  const within = (wanted: readonly string[], value: string | undefined): boolean =>
    wanted.length === 0 || (value !== undefined && wanted.includes(value));
  return (row) =>
    within(outcomes, row.outcome) &&
    within(stages, row.stage) &&
    within(types, row.type) &&
    within(causes, row.cause) &&
    (patient === '' || row.patientId === patient) &&
    (rung === '' || row.rung === rung) &&
    words.every((word) => row.question.toLowerCase().includes(word));
}

function neighboursOf(
  all: readonly ReadRow[],
  chosen: readonly ReadRow[],
  asked: URLSearchParams,
): Neighbours {
  const repeat = Number(asked.get('repeat') ?? 0);
  const at = all.findIndex((row) => row.questionId === asked.get('question') && row.repeat === repeat);
  const placeOf = new Map(all.map((row, i) => [row, i]));
  const before = at < 0 ? [] : chosen.filter((row) => (placeOf.get(row) ?? 0) < at);
  const after = at < 0 ? [] : chosen.filter((row) => (placeOf.get(row) ?? 0) > at);
  const place = (row: ReadRow | undefined) =>
    row === undefined ? null : { questionId: row.questionId, repeat: row.repeat };
  const isError = (row: ReadRow) => ERRORS.includes(row.outcome);
  return {
    position: at < 0 ? -1 : chosen.indexOf(all[at]),
    total: chosen.length,
    previous: place(before.at(-1)),
    next: place(after.at(0)),
    previousError: place(before.findLast(isError)),
    nextError: place(after.find(isError)),
  };
}
