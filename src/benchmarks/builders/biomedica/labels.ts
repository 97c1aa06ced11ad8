// Labels of picture clusters, handed on to each picture of the cluster.
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import * as z from 'zod';
import { messageOf, OverreadError } from '../../../domain/errors.ts';
import { openFile } from '../../../records/data-root.ts';
import { jsonlRecords } from '../../../records/jsonl.ts';

const clusterLabel = z.object({
  panel_type: z.string(),
  panel_subtype: z.string(),
  global_class: z.array(z.string()),
  local_class: z.array(z.string()),
});
export type ClusterLabel = z.infer<typeof clusterLabel>;

const assignment = z.object({
  /** SHA-256 of the picture, or its file name. */
  image: z.string(),
  cluster: z.union([z.string(), z.number().int()]).transform(String),
});

export interface Labelled extends ClusterLabel {
  readonly cluster: string;
}

/**
 * What a picture's cluster says of it.
 * @param labelsFile JSON: cluster id → panel_type, panel_subtype, global_class[], local_class[]
 * @param clustersFile JSON lines: {"image": hash or file name, "cluster": id}
 * @throws `file-not-found`, `file-corrupt`
 */
export async function clusterLabels(
  labelsFile: string,
  clustersFile: string,
): Promise<(hash: string, name: string) => Labelled | undefined> {
  let labels: Record<string, ClusterLabel>;
  try {
    labels = z.record(z.string(), clusterLabel).parse(JSON.parse(await readFile(labelsFile, 'utf8')));
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new OverreadError(
      missing ? 'file-not-found' : 'file-corrupt',
      `${basename(labelsFile)} cannot be read as labels of clusters (${messageOf(cause).slice(0, 120)}).`,
      { cause },
    );
  }
  const clusterOf = new Map<string, string>();
  let line = 0;
  for await (const { value } of jsonlRecords(await openFile(clustersFile))) {
    line++;
    const parsed = assignment.safeParse(value);
    if (!parsed.success)
      throw new OverreadError(
        'file-corrupt',
        `${basename(clustersFile)}, record ${line}: give {"image", "cluster"} in each line.`,
      );
    clusterOf.set(parsed.data.image, parsed.data.cluster);
  }
  return (hash, name) => {
    const cluster = clusterOf.get(hash) ?? clusterOf.get(name);
    return cluster === undefined || !Object.hasOwn(labels, cluster)
      ? undefined
      : { cluster, ...labels[cluster] };
  };
}
