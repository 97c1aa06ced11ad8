// What the reading room keeps in the store: people, studies, worklists, opened questions and decisions, each checked.
import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { answer } from '../../../domain/read.ts';
import type { Store } from '../../../storage/store.ts';
import { personRole, studyPlan } from '../shapes/room.ts';

export const keptPerson = z.object({
  id: z.string(),
  name: z.string(),
  role: personRole,
  /** SHA-256 of the token; null once withdrawn. */
  tokenHash: z.string().nullable(),
  withdrawn: z.boolean(),
  createdAt: z.string(),
  seenAt: z.string().nullable(),
});
export type KeptPerson = z.infer<typeof keptPerson>;

export const keptStudy = z.object({
  id: z.string(),
  status: z.enum(['open', 'closed']),
  createdAt: z.string(),
  plan: studyPlan,
  benchmark: z.object({ id: z.string(), name: z.string() }),
  /** Ids in file order. */
  questions: z.array(z.string()),
  counts: z.object({ questions: z.number(), cases: z.number(), patients: z.number() }),
  /** In the order in which they joined, each with the arms in the order in which they read them. */
  readers: z.array(z.object({ person: z.string(), arms: z.array(z.string()), runs: z.array(z.string()) })),
  reviewers: z.array(z.string()),
  /** Runs of the panel's consensus, by arm. */
  panel: z.record(z.string(), z.string()),
  /** Of opaque ids; never leaves the store. */
  secret: z.string(),
});
export type KeptStudy = z.infer<typeof keptStudy>;

/** By run id: one person's questions in one arm. */
export const keptWorklist = z.object({
  run: z.string(),
  study: z.string(),
  person: z.string(),
  arm: z.string(),
  /** 0-based place among this person's arms. */
  turn: z.number(),
  order: z.array(z.string()),
  /** Set once a question was opened: the worklist before takes no changes from then on. */
  begun: z.boolean(),
  /** Time of the last answer once all are given: washout counts from here. */
  finishedAt: z.string().nullable(),
});
export type KeptWorklist = z.infer<typeof keptWorklist>;

/** By run and question: when it was first opened. */
export const keptOpening = z.object({ openedAt: z.string(), activeMilliseconds: z.number() });
export type KeptOpening = z.infer<typeof keptOpening>;

/** By study, arm and question. */
export const keptDecision = z.object({
  reviewer: z.string(),
  /** As it was made: one of the two by its reader's run, another answer, or none. */
  chosen: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('one'), run: z.string() }),
    z.object({ kind: z.literal('other'), answer }),
    z.object({ kind: z.literal('unreadable') }),
  ]),
  reason: z.string(),
  at: z.string(),
});
export type KeptDecision = z.infer<typeof keptDecision>;

export interface Shelf<T> {
  get(id: string): Promise<T | undefined>;
  list(prefix?: string): Promise<T[]>;
  /** Reads and writes in one step; what `change` returns is kept. */
  change(id: string, change: (now: T | undefined) => T, patientId?: string): Promise<T>;
}

function shelf<T>(store: Store, kind: string, schema: z.ZodType<T>): Shelf<T> {
  return {
    async get(id) {
      const body = await store.document(kind, id);
      return body === undefined ? undefined : schema.parse(body);
    },
    async list(prefix) {
      return (await store.documents(kind, prefix)).map(({ body }) => schema.parse(body));
    },
    async change(id, change, patientId) {
      let kept: T | undefined;
      await store.changeDocument(
        kind,
        id,
        (now) => {
          kept = change(now === undefined ? undefined : schema.parse(now));
          return kept;
        },
        patientId === undefined ? {} : { patientId },
      );
      return kept as T;
    },
  };
}

export interface RoomShelves {
  readonly people: Shelf<KeptPerson>;
  /** Whose token it is, by its hash. */
  readonly tokens: Shelf<{ person: string }>;
  readonly studies: Shelf<KeptStudy>;
  readonly worklists: Shelf<KeptWorklist>;
  readonly openings: Shelf<KeptOpening>;
  readonly decisions: Shelf<KeptDecision>;
}

export function roomShelves(store: Store): RoomShelves {
  return {
    people: shelf(store, 'room-person', keptPerson),
    tokens: shelf(store, 'room-token', z.object({ person: z.string() })),
    studies: shelf(store, 'room-study', keptStudy),
    worklists: shelf(store, 'room-worklist', keptWorklist),
    openings: shelf(store, 'room-opening', keptOpening),
    decisions: shelf(store, 'room-decision', keptDecision),
  };
}

export const openingId = (run: string, questionId: string): string => `${run}/${questionId}`;
export const decisionId = (study: string, arm: string, questionId: string): string =>
  `${study}/${arm}/${questionId}`;

const ALPHABET = '23456789abcdefghjkmnpqrstuvwxyz';

/** A short id such as "p-7k2m9xq4". */
export const newId = (letter: string): string =>
  `${letter}-${[...randomBytes(8)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('')}`;
