// The store in one SQLite file: write-ahead log, several processes at once, group commit, nothing readable by others.
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { OverreadError } from '../domain/errors.ts';
import type { Read, ReadStatus } from '../domain/read.ts';
import { type RunRecord, runRecord } from '../domain/run.ts';
import type { ScoringRow } from '../domain/scoring-row.ts';
import { groupCommit } from './group-commit.ts';
import { fileProblem } from './problems.ts';
import {
  type HeavyRow,
  type LightRow,
  readOf,
  rowsOf,
  type ScoringColumns,
  scoringRowOf,
  type TallyColumns,
  talliesOf,
} from './rows.ts';
import { MIGRATIONS, STORE_VERSION, type Tables } from './schema.ts';
import type { Intent, ReadFilter, ReplyLink, Store } from './store.ts';

/** "OVRD": marks the file as an Overread store (SQLite's application_id). */
const APPLICATION_ID = 0x4f565244;
/** How long one process waits for another's transaction, in ms. */
const BUSY_TIMEOUT = 20_000;
const PAGE = 256;

const NO_READS = { answered: 0, unparsed: 0, refused: 0, failed: 0, unsupported: 0 } as const;

type Write =
  | { readonly kind: 'begin'; readonly intent: Intent }
  | {
      readonly kind: 'commit';
      readonly light: LightRow;
      readonly heavy: HeavyRow;
      readonly blobs: string[];
      readonly picturesOf: string;
      readonly alsoOf: readonly string[];
    }
  | {
      readonly kind: 'reply';
      readonly key: string;
      readonly value: string;
      readonly link: ReplyLink;
    };

/** Creates the file (mode 0600) and its folder where missing, and brings its tables up to date. */
function openDatabase(path: string): { raw: Database.Database; db: Kysely<Tables> } {
  if (path !== ':memory:') {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    // SQLite gives its log files the mode of the database, so only this one has to be made with care.
    closeSync(openSync(path, 'a', 0o600));
  }
  const raw = new Database(path, { timeout: BUSY_TIMEOUT });
  try {
    raw.pragma('journal_mode = WAL');
    // FULL: the log is synced at every transaction, so a power loss costs no committed read.
    raw.pragma('synchronous = FULL');
    raw.pragma('secure_delete = ON');
    raw.pragma('cache_size = -32000');
    const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: raw }) });
    raw.transaction(() => migrate(raw, db, path)).immediate();
    return { raw, db };
  } catch (error) {
    raw.close();
    throw error;
  }
}

function migrate(raw: Database.Database, db: Kysely<Tables>, path: string): void {
  const id = raw.pragma('application_id', { simple: true }) as number;
  const version = raw.pragma('user_version', { simple: true }) as number;
  const name = path.split(/[\\/]/).pop();
  if (id !== APPLICATION_ID) {
    const tables = raw.prepare('select count(*) from sqlite_master').pluck().get() as number;
    if (id !== 0 || tables > 0)
      throw new OverreadError(
        'store-failed',
        `${name} is a database of another program: give another --store.`,
      );
  }
  if (version > STORE_VERSION)
    throw new OverreadError(
      'store-failed',
      `${name} was written by a newer Overread (store version ${version}, this one knows ${STORE_VERSION}): upgrade Overread or give another --store.`,
    );
  if (version === STORE_VERSION) return;
  for (let v = version; v < STORE_VERSION; v++)
    for (const step of MIGRATIONS[v](db)) raw.exec(step.compile().sql);
  raw.pragma(`application_id = ${APPLICATION_ID}`);
  raw.pragma(`user_version = ${STORE_VERSION}`);
}

function statementsOf(raw: Database.Database) {
  return {
    begin: raw.prepare(
      'insert or replace into intents (run_id, question_id, repeat, at) values (?, ?, ?, ?)',
    ),
    settle: raw.prepare('delete from intents where run_id = ? and question_id = ? and repeat = ?'),
    // An upsert keeps the row's id, so that a re-read overwrites the old details in the same transaction.
    light: raw
      .prepare(
        `insert into reads (run_id, question_id, repeat, case_id, patient_id, status, answer, raw, confidence,
           cost_usd, input_tokens, output_tokens, milliseconds, requests)
         values (@run_id, @question_id, @repeat, @case_id, @patient_id, @status, @answer, @raw, @confidence,
           @cost_usd, @input_tokens, @output_tokens, @milliseconds, @requests)
         on conflict (run_id, question_id, repeat) do update set case_id = excluded.case_id,
           patient_id = excluded.patient_id, status = excluded.status, answer = excluded.answer,
           raw = excluded.raw, confidence = excluded.confidence, cost_usd = excluded.cost_usd,
           input_tokens = excluded.input_tokens, output_tokens = excluded.output_tokens,
           milliseconds = excluded.milliseconds, requests = excluded.requests
         returning id`,
      )
      .pluck(),
    heavy: raw.prepare('insert or replace into details (id, tool_calls, rest) values (?, ?, ?)'),
    reference: raw.prepare('insert or ignore into blob_refs (hash, patient_id) values (?, ?)'),
    alsoOf: raw.prepare('insert or ignore into also_of (kind, ref, patient_id) values (?, ?, ?)'),
    noMore: raw.prepare('delete from also_of where kind = ? and ref = ?'),
    reply: raw.prepare('insert or replace into replies (key, value, patient_id, at) values (?, ?, ?, ?)'),
    cached: raw.prepare('select value from replies where key = ?').pluck(),
    own: raw.prepare('select total_changes()').pluck(),
    document: raw.prepare('select body from documents where kind = ? and id = ?').pluck(),
    documents: raw.prepare(
      'select id, body from documents where kind = ? and substr(id, 1, length(?)) = ? order by id',
    ),
    saveDocument: raw.prepare(
      'insert or replace into documents (kind, id, patient_id, body) values (?, ?, ?, ?)',
    ),
    noDocument: raw.prepare('delete from documents where kind = ? and id = ?'),
  };
}

export interface SqliteOptions {
  /** The file grows to this many pages of 4 KiB and then counts as a full disk. Default: no limit. */
  readonly maxPages?: number;
  /** How long to wait for another process, in ms. Default 20,000. */
  readonly busyTimeout?: number;
}

/** @param path file path, or ":memory:". */
export async function openSqlite(path: string, options: SqliteOptions = {}): Promise<Store> {
  const guard = <T>(work: () => T): T => {
    try {
      return work();
    } catch (cause) {
      throw fileProblem(cause, path);
    }
  };
  const { raw, db } = guard(() => openDatabase(path));
  if (options.busyTimeout !== undefined) raw.pragma(`busy_timeout = ${options.busyTimeout}`);
  if (options.maxPages !== undefined) raw.pragma(`max_page_count = ${options.maxPages}`);
  const statements = guard(() => statementsOf(raw));
  let closed = false;

  const noteOthers = (kind: 'read' | 'reply', ref: string, patients: readonly string[]): void => {
    for (const patient of patients) statements.alsoOf.run(kind, ref, patient);
  };
  const writeOne = (write: Write): void => {
    if (write.kind === 'begin') {
      const { runId, questionId, repeat, at } = write.intent;
      statements.begin.run(runId, questionId, repeat, at);
    } else if (write.kind === 'commit') {
      const id = statements.light.get(write.light) as number;
      statements.heavy.run(id, write.heavy.tool_calls, write.heavy.rest);
      for (const hash of write.blobs) statements.reference.run(hash, write.picturesOf);
      // A re-read keeps its id and may show other patients than before.
      statements.noMore.run('read', String(id));
      noteOthers('read', String(id), write.alsoOf);
      statements.settle.run(write.light.run_id, write.light.question_id, write.light.repeat);
    } else {
      const { patientId = null, alsoOf = [], blobs = [], picturesOf = patientId } = write.link;
      const { pictureOwners = {} } = write.link;
      statements.reply.run(write.key, write.value, patientId, new Date().toISOString());
      for (const hash of blobs) {
        const owner = pictureOwners[hash] ?? picturesOf;
        if (owner !== null) statements.reference.run(hash, owner);
      }
      noteOthers('reply', write.key, alsoOf);
    }
  };
  const writeBatch = raw.transaction((batch: readonly Write[]) => {
    for (const write of batch) writeOne(write);
  });
  const writes = groupCommit<Write>((batch) => guard(() => writeBatch.immediate(batch)));
  const add = async (write: Write): Promise<void> => {
    if (closed) throw new OverreadError('store-failed', 'The store is closed: open it again before writing.');
    return writes.add(write);
  };

  async function* readsOf(runId: string, filter: ReadFilter): AsyncIterable<Read> {
    let after: { question_id: string; repeat: number } | undefined;
    // Pages by key, not one open cursor: a cursor would lock the connection for whoever writes meanwhile.
    for (;;) {
      let query = db
        .selectFrom('reads')
        .innerJoin('details', 'details.id', 'reads.id')
        .selectAll()
        .where('run_id', '=', runId)
        .orderBy('question_id')
        .orderBy('repeat')
        .limit(PAGE);
      const { status, questionId, patientId } = filter;
      if (status !== undefined) query = query.where('status', '=', status);
      if (questionId !== undefined) query = query.where('question_id', '=', questionId);
      if (patientId !== undefined) query = query.where('patient_id', '=', patientId);
      const last = after;
      if (last !== undefined)
        query = query.where(({ eb, refTuple, tuple }) =>
          eb(refTuple('question_id', 'repeat'), '>', tuple(last.question_id, last.repeat)),
        );
      const { sql, parameters } = query.compile();
      const page = guard(() => raw.prepare(sql).all(...parameters)) as (LightRow & HeavyRow)[];
      for (const row of page) yield readOf(row);
      if (page.length < PAGE) return;
      after = page[page.length - 1];
    }
  }

  return {
    async saveRun(run) {
      const record = JSON.stringify(runRecord.parse(run));
      guard(() =>
        raw
          .prepare('insert or replace into runs (id, created_at, record) values (?, ?, ?)')
          .run(run.id, run.createdAt, record),
      );
    },
    async run(id) {
      const record = guard(() => raw.prepare('select record from runs where id = ?').pluck().get(id));
      return record === undefined ? undefined : (JSON.parse(record as string) as RunRecord);
    },
    async runs() {
      const records = guard(() =>
        raw.prepare('select record from runs order by created_at desc, id').pluck().all(),
      );
      return (records as string[]).map((record) => JSON.parse(record) as RunRecord);
    },
    async updateRun(id, patch, check) {
      // Read and write in one immediate transaction: another process may be updating other fields.
      const update = raw.transaction(() => {
        const record = raw.prepare('select record from runs where id = ?').pluck().get(id) as
          | string
          | undefined;
        if (record === undefined)
          throw new OverreadError('run-unknown', `There is no run ${id} in this store: see "overread runs".`);
        const now = JSON.parse(record) as RunRecord;
        check?.(now);
        const next = runRecord.parse({ ...now, ...patch, id });
        raw.prepare('update runs set record = ? where id = ?').run(JSON.stringify(next), id);
      });
      guard(() => update.immediate());
    },
    begin: (intent) => add({ kind: 'begin', intent }),
    commit: async (read) => {
      const { alsoOf = [], picturesOf = read.patientId } = read;
      return add({ kind: 'commit', ...rowsOf(read), alsoOf, picturesOf });
    },
    async done(runId) {
      const rows = guard(() =>
        raw.prepare('select question_id, repeat, status from reads where run_id = ?').raw().all(runId),
      ) as [string, number, ReadStatus][];
      return new Map(rows.map(([question, repeat, status]) => [`${question}#${repeat}`, status]));
    },
    async interrupted(runId) {
      const rows = guard(() =>
        raw
          .prepare('select question_id, repeat from intents where run_id = ? order by question_id, repeat')
          .raw()
          .all(runId),
      ) as [string, number][];
      return rows.map(([question, repeat]) => `${question}#${repeat}`);
    },
    reads: (runId, filter = {}) => readsOf(runId, filter),
    async counts(runId) {
      const rows = guard(() =>
        raw.prepare('select status, count(*) from reads where run_id = ? group by status').raw().all(runId),
      ) as [ReadStatus, number][];
      return { ...NO_READS, ...Object.fromEntries(rows) };
    },
    async scoringRows(runId, options = {}) {
      const light = `question_id, patient_id, repeat, status, answer, raw, confidence, cost_usd, input_tokens,
        output_tokens, milliseconds, requests`;
      const sql = options.toolCalls
        ? `select ${light}, tool_calls from reads join details using (id)`
        : `select ${light} from reads`;
      const { questionIds, limit, offset = 0 } = options;
      const some = questionIds === undefined ? '' : 'and question_id in (select value from json_each(?))';
      const part = limit === undefined && offset === 0 ? '' : 'limit ? offset ?';
      const query = raw.prepare(`${sql} where run_id = ? ${some} order by question_id, repeat ${part}`);
      const given = [
        runId,
        ...(questionIds === undefined ? [] : [JSON.stringify(questionIds)]),
        // SQLite takes a negative limit as none.
        ...(part === '' ? [] : [limit ?? -1, offset]),
      ];
      return guard(() => {
        const rows: ScoringRow[] = [];
        for (const row of query.iterate(...given)) rows.push(scoringRowOf(row as ScoringColumns));
        return rows;
      });
    },
    async tallies(runIds) {
      const some = runIds === undefined ? '' : 'where run_id in (select value from json_each(?))';
      const query = raw.prepare(
        `select run_id, status, count(*) as reads, sum(requests > 0 and cost_usd is null) as unpriced,
           total(cost_usd) as cost_usd, sum(input_tokens) as input_tokens, sum(output_tokens) as output_tokens
         from reads ${some} group by run_id, status`,
      );
      const given = runIds === undefined ? [] : [JSON.stringify(runIds)];
      return talliesOf(guard(() => query.all(...given)) as TallyColumns[]);
    },
    changes: () =>
      guard(() => {
        // The first counts what other connections wrote, the second what this one did.
        const others = raw.pragma('data_version', { simple: true }) as number;
        return `${others}.${statements.own.get() as number}`;
      }),
    cached: async (key) => guard(() => statements.cached.get(key)) as string | undefined,
    cache: (key, value, link = {}) => add({ kind: 'reply', key, value, link }),
    async document(kind, id) {
      const body = guard(() => statements.document.get(kind, id)) as string | undefined;
      return body === undefined ? undefined : (JSON.parse(body) as unknown);
    },
    async documents(kind, prefix = '') {
      const rows = guard(() => statements.documents.all(kind, prefix, prefix)) as {
        id: string;
        body: string;
      }[];
      return rows.map(({ id, body }) => ({ id, body: JSON.parse(body) as unknown }));
    },
    async changeDocument(kind, id, change, about = {}) {
      const step = raw.transaction(() => {
        const kept = statements.document.get(kind, id) as string | undefined;
        const next = change(kept === undefined ? undefined : (JSON.parse(kept) as unknown));
        if (next === undefined) statements.noDocument.run(kind, id);
        else statements.saveDocument.run(kind, id, about.patientId ?? null, JSON.stringify(next));
        return next;
      });
      return guard(() => step.immediate());
    },
    async purgePatient(patientId) {
      writes.flush();
      const purge = raw.transaction(() => {
        const shown = (kind: string) =>
          `select ref from also_of where kind = '${kind}' and patient_id = @patientId`;
        const all = (sql: string) => raw.prepare(sql).pluck().all({ patientId }) as (number | string)[];
        const ids = all(`select id from reads where patient_id = @patientId
          union select cast(ref as integer) from (${shown('read')})`);
        const keys = all(`select key from replies where patient_id = @patientId union ${shown('reply')}`);
        const each = (sql: string, refs: readonly (number | string)[]) => {
          const statement = raw.prepare(sql);
          return refs.reduce<number>((sum, ref) => sum + statement.run(ref).changes, 0);
        };
        each('delete from details where id = ?', ids);
        const reads = each('delete from reads where id = ?', ids);
        const cached = each('delete from replies where key = ?', keys);
        for (const id of ids) statements.noMore.run('read', String(id));
        for (const key of keys) statements.noMore.run('reply', key);
        raw.prepare('delete from also_of where patient_id = ?').run(patientId);
        raw.prepare('delete from documents where patient_id = ?').run(patientId);
        const blobs = raw
          .prepare(
            `select hash from blob_refs where patient_id = ? and not exists (
               select 1 from blob_refs other where other.hash = blob_refs.hash and other.patient_id <> ?)
             order by hash`,
          )
          .pluck()
          .all(patientId, patientId) as string[];
        raw.prepare('delete from blob_refs where patient_id = ?').run(patientId);
        return { reads, cached, blobs };
      });
      const result = guard(() => purge.immediate());
      // secure_delete zeroes pages in the file; the log still holds them until it is folded in and cut.
      const [{ busy }] = guard(() => raw.pragma('wal_checkpoint(TRUNCATE)')) as [{ busy: number }];
      if (busy !== 0)
        throw new OverreadError(
          'store-failed',
          'The patient is removed, but another process still reads what was there before: stop it and purge once more.',
        );
      return result;
    },
    async close() {
      if (closed) return;
      writes.flush();
      closed = true;
      guard(() => raw.close());
    },
  };
}
