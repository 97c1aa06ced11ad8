// The user's corpus as nodes: studies with fields of records, reports and pictures, and knowledge, one JSON line each.

import { basename } from 'node:path';
import * as z from 'zod';
import { sha256 } from '../../../domain/content-hash.ts';
import { OverreadError } from '../../../domain/errors.ts';
import { direction } from '../../../knowledge/retrieval/directions.ts';
import { openData } from '../../../records/data-root.ts';
import { jsonlRecords } from '../../../records/jsonl.ts';
import type { Embedder } from './embed.ts';
import type { GraphNode } from './graph.ts';

const vector = z.array(z.number()).min(1);
const entry = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const entries = z.union([entry.transform((text) => [text]), z.array(entry)]);

const study = z.object({
  study: z.string().min(1),
  /** As the benchmark calls patients: whoever is asked about is left out by this name. */
  patient: z.string().min(1),
  fields: z.record(z.string(), entries).default({}),
  report: z.string().default(''),
  images: z
    .array(
      z.object({
        /** SHA-256 of the picture as it is shown. */
        hash: z.string().optional(),
        caption: z.string().default(''),
        vector: vector.optional(),
      }),
    )
    .default([]),
  /** Vectors computed elsewhere; of a field one for each entry. */
  vectors: z
    .object({ fields: z.record(z.string(), z.array(vector)).default({}), report: vector.optional() })
    .prefault({}),
});
type Study = z.infer<typeof study>;

const knowledge = z.object({
  disease: z.string().min(1),
  description: z.string(),
  vector: vector.optional(),
});

const line = z.union([study, knowledge]);

export interface CorpusStudy {
  readonly study: string;
  readonly patient: string;
  /** Content hashes of its pictures. */
  readonly hashes: readonly string[];
}

export interface Corpus {
  readonly nodes: readonly GraphNode[];
  readonly hash: string;
  /** Every study, also one of which nothing became a node: who it is, and what it shows. */
  readonly studies: readonly CorpusStudy[];
  /** Vectors that the corpus brought itself. */
  readonly given: number;
  /** Texts and pictures without a vector: no word, or no encoder for pictures. */
  readonly without: number;
}

/** No corpus: nothing is retrieved. */
export const EMPTY_CORPUS: Corpus = { nodes: [], hash: sha256(''), studies: [], given: 0, without: 0 };

/** Reads a corpus and gives every node its vector. Throws `file-not-found`, `file-corrupt` and the embedder's errors. */
export async function readCorpus(path: string, embedder: Embedder): Promise<Corpus> {
  const data = await openData(path);
  const name = basename(path);
  if (!(await data.has(name)))
    throw new OverreadError('bad-argument', `"${name}" is a folder: name the corpus as one .jsonl file.`);
  const source = await data.open(name);
  const nodes: GraphNode[] = [];
  const studies = new Map<string, CorpusStudy>();
  let without = 0;
  let brought = 0;
  const add = async (
    node: Omit<GraphNode, 'vector'>,
    given: readonly number[] | undefined,
    make: () => Promise<Float32Array | undefined>,
  ) => {
    if (given !== undefined) brought++;
    const own = given === undefined ? await make() : direction(given);
    if (own === undefined) without++;
    else nodes.push({ ...node, vector: own });
  };
  for await (const { value, next } of jsonlRecords(source)) {
    const parsed = line.safeParse(value);
    if (!parsed.success)
      throw new OverreadError(
        'file-corrupt',
        `${name}, record ${next.index}: it is neither a study (study, patient, fields, report, images) nor knowledge (disease, description).`,
      );
    const row = parsed.data;
    if ('disease' in row) {
      const text = `${row.disease}: ${row.description}`;
      await add({ id: `knowledge/${row.disease}`, kind: 'knowledge', text }, row.vector, () =>
        embedder.text(text),
      );
      continue;
    }
    if (studies.has(row.study))
      throw new OverreadError('file-corrupt', `${name} has two studies "${row.study.slice(0, 40)}".`);
    studies.set(row.study, {
      study: row.study,
      patient: row.patient,
      hashes: row.images.flatMap((image) => image.hash ?? []),
    });
    for (const { node, given } of studyNodes(row))
      await add(node, given, async () => embedder.text(node.text));
  }
  const hash = sha256(await source.read(0, source.size));
  await data.close?.();
  return { nodes, hash, studies: [...studies.values()], given: brought, without };
}

interface Unembedded {
  readonly node: Omit<GraphNode, 'vector'>;
  readonly given: readonly number[] | undefined;
}

function studyNodes({ study: id, patient, fields, report, images, vectors }: Study): Unembedded[] {
  const about = { study: id, patient };
  return [
    ...Object.entries(fields).flatMap(([field, texts]) =>
      texts.map(
        (text, at): Unembedded => ({
          node: { ...about, id: `${id}/${field}/${at}`, kind: 'ehr', field, text },
          given: vectors.fields[field]?.[at],
        }),
      ),
    ),
    ...(report === ''
      ? []
      : [
          {
            node: { ...about, id: `${id}/report`, kind: 'report' as const, text: report },
            given: vectors.report,
          },
        ]),
    ...images.map(
      ({ caption, vector: given }, at): Unembedded => ({
        node: { ...about, id: `${id}/image/${at}`, kind: 'image', text: caption },
        given,
      }),
    ),
  ];
}

/** What of a corpus a question may not reach. */
export interface Asked {
  readonly patientId: string;
  readonly caseId: string;
  readonly questionId: string;
  /** Pictures that the question or its materials show. */
  readonly hashes: readonly string[];
}

/**
 * Nodes that are closed to a question: all of its patient, its own study under any of its names, and every study (with
 * its whole patient) that holds a picture which the question shows.
 */
export function closedTo(
  { nodes, studies }: Pick<Corpus, 'studies'> & { readonly nodes: readonly GraphNode[] },
  asked: Asked,
): (node: number) => boolean {
  const shown = new Set(asked.hashes);
  const names = new Set([asked.caseId, asked.questionId]);
  const patients = new Set([asked.patientId]);
  for (const { study: id, patient, hashes } of studies)
    if (names.has(id) || hashes.some((hash) => shown.has(hash))) patients.add(patient);
  const closed = nodes.map(({ patient }) => patient !== undefined && patients.has(patient));
  return (node) => closed[node];
}
