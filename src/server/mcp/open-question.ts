// One question opened for a client: the case that its tools are bound to, and the pictures that it may see.
import { questionParts } from '../../agents/model-reader.ts';
import { ownImages } from '../../agents/shown-volume.ts';
import { readToolContext } from '../../agents/tool-context.ts';
import { OverreadError } from '../../domain/errors.ts';
import type { Question } from '../../domain/question.ts';
import type { ReadTask } from '../../domain/reader.ts';
import type { ToolContext } from '../../domain/tool.ts';
import { episodeBlobs } from '../../environment/episode-blobs.ts';
import type { SentPicture } from './results.ts';
import type { Served } from './served.ts';

export interface OpenedQuestion {
  readonly question: Question;
  /** The question in words, as readers are asked it. */
  readonly asked: string;
  readonly pictures: readonly {
    readonly hash: string;
    readonly mediaType: string;
    readonly caption: string;
  }[];
  /** Sounds of the question itself, by hash. */
  readonly heard: readonly string[];
  /** What a tool call works with; the signal is the call's own. */
  context(signal: AbortSignal): ToolContext;
  /** Lets a picture that a tool of this case made be fetched. */
  admit(hash: string): void;
  /** Every picture and sound that may be fetched now. */
  admitted(): readonly { readonly hash: string; readonly mediaType: string }[];
  /** Bytes of such a one; undefined for any other. */
  fetch(hash: string): Promise<SentPicture | undefined>;
}

/** Throws `benchmark-invalid` for a question whose case is missing. */
export async function openQuestion(
  served: Served,
  question: Question,
  signal: AbortSignal,
): Promise<OpenedQuestion> {
  const { source, mode, criteria, experts } = served;
  // What is drawn for a client goes when it opens the next question or leaves: no purge would find it later.
  const blobs = episodeBlobs(served.blobs);
  const record = source.caseOf(question);
  if (record === undefined)
    throw new OverreadError('benchmark-invalid', 'The case of this question is missing from the benchmark.');
  const access = await served.openCase(question.caseId, blobs);
  const task: ReadTask = {
    question,
    case: record,
    format: 'mc',
    repeat: 0,
    seed: `mcp/${question.id}`,
    access,
    signal,
  };
  const written = 'mcp';
  const images = await ownImages({
    blobs,
    criteria,
    written,
    name: { strategy: undefined, model: written, mode: undefined },
  })(task);
  const shown = images === undefined || 'unsupported' in images ? [] : images;
  const asked = questionParts(task, shown, false)
    .flatMap((part) => (part.type === 'text' ? [part.text] : []))
    .join('\n');
  const { context } = readToolContext(task, shown, {
    ...{ blobs, criteria, mode },
    ...(experts === undefined ? {} : { experts }),
  });
  const sounds = context.sounds ?? [];
  const made = new Map<string, string>();
  const admitted = () => [
    ...[...(context.pictures?.list() ?? []), ...sounds].map(({ hash, mediaType }) => ({ hash, mediaType })),
    ...[...made].map(([hash, mediaType]) => ({ hash, mediaType })),
  ];
  return {
    question,
    asked,
    heard: (question.prompt ?? []).flatMap((part) => (part.type === 'audio' ? [part.hash] : [])),
    pictures: shown.map(({ hash, mediaType = 'image/png', caption }) => ({ hash, mediaType, caption })),
    context: (call) => ({ ...context, signal: call }),
    admit(hash) {
      if (!admitted().some((known) => known.hash === hash)) made.set(hash, 'image/png');
    },
    admitted,
    async fetch(hash) {
      const known = admitted().find((each) => each.hash === hash);
      const bytes = known === undefined ? undefined : await blobs.get(hash);
      return known === undefined || bytes === undefined ? undefined : { bytes, mediaType: known.mediaType };
    },
  };
}
