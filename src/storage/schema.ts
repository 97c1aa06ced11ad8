// The store's tables, written once through Kysely so that every database gets the same shape.
import type { CompiledQuery, Kysely } from 'kysely';

export interface Tables {
  runs: { id: string; created_at: string; record: string };
  intents: { run_id: string; question_id: string; repeat: number; at: string };
  /** The light part of a read, which scoring scans. */
  reads: {
    id: number;
    run_id: string;
    question_id: string;
    repeat: number;
    case_id: string;
    patient_id: string;
    status: string;
    answer: string | null;
    raw: string;
    confidence: number | null;
    cost_usd: number | null;
    input_tokens: number;
    output_tokens: number;
    milliseconds: number;
    requests: number;
  };
  /** The heavy part, under the read's id. */
  details: { id: number; tool_calls: string; rest: string };
  replies: { key: string; value: string; patient_id: string | null; at: string };
  /** Which patient a blob came from, so that a purge can find the ones nobody else needs. */
  blob_refs: { hash: string; patient_id: string };
  /** Further patients whose data a read (`ref` is its id) or a reply (`ref` is its key) shows. */
  also_of: { kind: 'read' | 'reply'; ref: string; patient_id: string };
  /** Whatever else is kept by kind and id: the reading room's people, studies and decisions. `body` is JSON. */
  documents: { kind: string; id: string; patient_id: string | null; body: string };
}

/** Raise by one and append to MIGRATIONS when the tables change. */
export const STORE_VERSION = 4;

type Migration = (db: Kysely<Tables>) => { compile(): CompiledQuery }[];

const first: Migration = ({ schema }) => [
  schema
    .createTable('runs')
    .addColumn('id', 'text', (c) => c.primaryKey().notNull())
    .addColumn('created_at', 'text', (c) => c.notNull())
    .addColumn('record', 'text', (c) => c.notNull()),
  schema
    .createTable('intents')
    .addColumn('run_id', 'text', (c) => c.notNull())
    .addColumn('question_id', 'text', (c) => c.notNull())
    .addColumn('repeat', 'integer', (c) => c.notNull())
    .addColumn('at', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('intents_key', ['run_id', 'question_id', 'repeat']),
  schema
    .createTable('reads')
    .addColumn('id', 'integer', (c) => c.primaryKey())
    .addColumn('run_id', 'text', (c) => c.notNull())
    .addColumn('question_id', 'text', (c) => c.notNull())
    .addColumn('repeat', 'integer', (c) => c.notNull())
    .addColumn('case_id', 'text', (c) => c.notNull())
    .addColumn('patient_id', 'text', (c) => c.notNull())
    .addColumn('status', 'text', (c) => c.notNull())
    .addColumn('answer', 'text')
    .addColumn('raw', 'text', (c) => c.notNull())
    .addColumn('confidence', 'double precision')
    .addColumn('cost_usd', 'double precision')
    .addColumn('input_tokens', 'integer', (c) => c.notNull())
    .addColumn('output_tokens', 'integer', (c) => c.notNull())
    .addColumn('milliseconds', 'double precision', (c) => c.notNull())
    .addColumn('requests', 'integer', (c) => c.notNull()),
  schema.createIndex('reads_key').unique().on('reads').columns(['run_id', 'question_id', 'repeat']),
  schema.createIndex('reads_patient').on('reads').column('patient_id'),
  schema
    .createTable('details')
    .addColumn('id', 'integer', (c) => c.primaryKey())
    .addColumn('tool_calls', 'text', (c) => c.notNull())
    .addColumn('rest', 'text', (c) => c.notNull()),
  schema
    .createTable('replies')
    .addColumn('key', 'text', (c) => c.primaryKey().notNull())
    .addColumn('value', 'text', (c) => c.notNull())
    .addColumn('patient_id', 'text')
    .addColumn('at', 'text', (c) => c.notNull()),
  schema.createIndex('replies_patient').on('replies').column('patient_id'),
  schema
    .createTable('blob_refs')
    .addColumn('hash', 'text', (c) => c.notNull())
    .addColumn('patient_id', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('blob_refs_key', ['hash', 'patient_id']),
  schema.createIndex('blob_refs_patient').on('blob_refs').column('patient_id'),
];

const second: Migration = ({ schema }) => [
  schema
    .createTable('also_of')
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('ref', 'text', (c) => c.notNull())
    .addColumn('patient_id', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('also_of_key', ['kind', 'ref', 'patient_id']),
  schema.createIndex('also_of_patient').on('also_of').column('patient_id'),
];

const third: Migration = ({ schema }) => [
  schema
    .createTable('documents')
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('patient_id', 'text')
    .addColumn('body', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('documents_key', ['kind', 'id']),
  schema.createIndex('documents_patient').on('documents').column('patient_id'),
];

/** Counts by run are answered from this index alone, never from the reads: 200,000 of them in some ten milliseconds. */
const fourth: Migration = ({ schema }) => [
  schema
    .createIndex('reads_tally')
    .on('reads')
    .columns(['run_id', 'status', 'requests', 'cost_usd', 'input_tokens', 'output_tokens']),
];

/** MIGRATIONS[v] takes a store from version v to v + 1. */
export const MIGRATIONS: readonly Migration[] = [first, second, third, fourth];
