// CARE's first half: entities are proposed, each is outlined by the segment expert, and unsure outlines are discarded.

import { OverreadError } from '../../domain/errors.ts';
import type { SoftMask } from '../../domain/expert.ts';
import type { PromptPart } from '../../domain/question.ts';
import type { Raster } from '../../domain/volume.ts';
import type { ReaderOption } from '../reader-plugin.ts';
import { tagged } from '../regions/reply-tags.ts';
import type { StrategySession, Turn } from '../strategy.ts';
import { maskArea, maskBox, maskConfidence, unionOf } from './confidence.ts';
import { ENTITY_REQUEST, type Proposal, readEntities } from './entities.ts';
import { maskPicture, type View, viewCaption, viewPicture } from './views.ts';

export const CARE_OPTIONS: readonly ReaderOption[] = [
  { name: 'least-confidence', summary: 'masks less sure than this are discarded', default: '0.70' },
  { name: 'picture', summary: 'which of several pictures is segmented, from 1 (assumed)', default: '1' },
  { name: 'margin', summary: 'margin of the zoom crop, share of the longer edge (assumed)', default: '0.15' },
  { name: 'edge', summary: 'the zoom crop is enlarged to this many pixels (assumed)', default: '512' },
];

export const CARE_ROLES: readonly ReaderOption[] = [
  { name: 'proposer', summary: 'PROVIDER/MODEL that proposes entities; the reader’s own if absent' },
];

export interface Outlined {
  readonly entity: string;
  readonly confidence: number;
  readonly mask: SoftMask;
}

export interface Evidence {
  readonly raster: Raster;
  readonly proposal: Proposal;
  /** Kept masks, the surest first; none: only the global view is left. */
  readonly kept: readonly Outlined[];
}

/** The question's own turns, before whatever a role is asked. */
export function opened(session: StrategySession, request: readonly PromptPart[]): Turn[] {
  const { system = '' } = session.task.question;
  return [
    ...(system === '' ? [] : [{ role: 'system' as const, content: system }]),
    { role: 'user', content: [...session.question, ...request] },
  ];
}

/**
 * Asks for JSON and once more where it cannot be read, with the reason. Both attempts are in the log's transcript; the
 * caller notes what came of it.
 */
export async function askTwice<T>(
  session: StrategySession,
  turns: readonly Turn[],
  as: string,
  reader: (reply: string) => { ok: true; value: T } | { ok: false; reason: string },
): Promise<{ ok: true; value: T } | { ok: false; reason: string }> {
  const reply = await session.ask(turns, { as });
  const first = reader(reply);
  if (first.ok) return first;
  const again = `That could not be read: ${first.reason}. Reply with the JSON only.`;
  return reader(
    await session.ask([...turns, { role: 'assistant', content: reply }, { role: 'user', content: again }], {
      as,
    }),
  );
}

/**
 * Entities and masks of a question, both always in the log. A proposal that cannot be read twice leaves no entity; what
 * is discarded stays in the log with the reason. Errors: the expert's and the gateway's.
 */
export async function gatherEvidence(session: StrategySession): Promise<Evidence> {
  const least = session.number('least-confidence', { min: 0, max: 1 });
  const at = session.number('picture', { min: 1, max: 1000 }) - 1;
  const shown = session.shown[Math.min(at, session.shown.length - 1)];
  const raster = await session.raster(shown.hash);
  const proposed = await askTwice(
    session,
    opened(session, [{ type: 'text', text: ENTITY_REQUEST }]),
    'proposer',
    readEntities,
  );
  const proposal: Proposal = proposed.ok ? proposed.value : { entities: [], repeats: 0, dropped: 0 };
  session.note('entities', { ...proposal, ...(proposed.ok ? {} : { unreadable: proposed.reason }) });
  const expert = session.expert('segment');
  const stored = await session.stored(shown.hash);
  const { patientId } = session.task.question;
  const kept: Outlined[] = [];
  const log: unknown[] = [];
  for (const entity of proposal.entities) {
    const mask = await expert.segmentRegion(stored, entity, { patientId, signal: session.task.signal });
    if (mask.probability.length !== mask.width * mask.height || mask.probability.length === 0)
      throw new OverreadError('expert-failed', `${expert.id} gave a mask that does not fill its own size.`);
    const confidence = maskConfidence(mask);
    const area = maskArea(mask);
    const discarded = confidence < least ? 'unsure' : area === 0 ? 'empty' : undefined;
    const { hash } = await session.picture(maskPicture(mask, raster), 'care:mask');
    log.push({
      entity,
      confidence,
      share: area / mask.probability.length,
      box: maskBox(mask) ?? null,
      image: hash,
      ...(discarded === undefined ? {} : { discarded }),
    });
    if (discarded === undefined) kept.push({ entity, confidence, mask });
  }
  session.note('masks', log, { expert: expert.id, picture: shown.hash, leastConfidence: least });
  return { raster, proposal, kept: kept.toSorted((a, b) => b.confidence - a.confidence) };
}

const ANSWER_REQUEST = [
  'Write what the evidence shows, step by step, inside <reason>…</reason>.',
  'Then answer the question inside <answer>…</answer>, in the form that it asks for.',
].join('\n');

export interface Chosen {
  readonly view: View;
  /** Whose masks count, taken together; none for the global view. */
  readonly from: readonly Outlined[];
}

export interface Answered extends Chosen {
  readonly reply: string;
  /** What the answer is parsed from. */
  readonly answer: string;
  /** The view as it was shown. */
  readonly shown: readonly PromptPart[];
}

/** Lets the reader answer from the untouched picture and one view beside it. `sample` tells runs of one view apart. */
export async function answerFrom(
  session: StrategySession,
  { raster }: Evidence,
  { view, from }: Chosen,
  sample = 0,
): Promise<Answered> {
  const mask = from.length === 0 ? undefined : unionOf(sameSize(from));
  const settings = {
    margin: session.number('margin', { min: 0, max: 5 }),
    edge: session.number('edge', { min: 16, max: 4096 }),
  };
  const picture = await session.picture(viewPicture(view, raster, mask, settings), `care:${view}`);
  const entities = from.map(({ entity }) => entity);
  session.note('view', { view, entities, image: picture.hash }, { sample });
  const shown: PromptPart[] = [{ type: 'text', text: viewCaption(view, entities) }, picture];
  const reply = await session.ask(opened(session, [...shown, { type: 'text', text: ANSWER_REQUEST }]), {
    sample,
  });
  return { view, from, reply, answer: tagged(reply, 'answer') ?? reply, shown };
}

/** Masks of one size: those of the surest's; an expert that changes its grid between phrases is taken at its word. */
function sameSize(from: readonly Outlined[]): SoftMask[] {
  const [{ mask: first }] = from;
  return from
    .map(({ mask }) => mask)
    .filter(({ width, height }) => width === first.width && height === first.height);
}
