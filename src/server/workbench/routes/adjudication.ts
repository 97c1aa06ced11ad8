// What a reviewer may call: the answers in which two readers differ, without their names, and the decision.
import { createRoute, z } from '@hono/zod-openapi';
import { OverreadError } from '../../../domain/errors.ts';
import { pixelService } from '../pixels/service.ts';
import { type BlindScan, blindScan, hasScan, mediumReply, sliceReply } from '../room/blind.ts';
import { briefly } from '../room/brief.ts';
import {
  decide,
  maySee,
  type OpenPanelItem,
  openPanelItem,
  panelItems,
  shownDisagreement,
  studyToReview,
} from '../room/panel.ts';
import { benchmarkForReading, caseOf, roomOf } from '../room/room.ts';
import { shownQuestion } from '../room/shown.ts';
import { adjudications, decision, disagreement, disagreements, roomId } from '../shapes/room.ts';
import { plane, scanFacts } from '../shapes/scan.ts';
import { count, personOf } from './reading.ts';
import type { AddRoutes } from './route.ts';
import { bytes, json } from './route.ts';

const tags = ['adjudication'];
const ofStudy = z.object({ study: roomId });
const ofItem = ofStudy.extend({ item: z.string().regex(/^[0-9a-f]{20}$/) });
const at = '/api/adjudication/{study}';
const item = `${at}/items/{item}`;
const ofSlice = ofItem.extend({
  version: z.string().max(64),
  plane,
  index: count,
});
/** First words of a question in a list. */
const WORDS = 160;

const studiesRoute = createRoute({
  method: 'get',
  path: '/api/adjudication/studies',
  tags,
  summary: 'Studies that the visitor reviews',
  responses: { 200: json(adjudications, 'The studies') },
});
const listRoute = createRoute({
  method: 'get',
  path: at,
  tags,
  summary: 'Questions on which the two readers differ',
  request: { params: ofStudy },
  responses: { 200: json(disagreements, 'The questions') },
});
const itemRoute = createRoute({
  method: 'get',
  path: item,
  tags,
  summary: 'One of them, with both answers',
  request: { params: ofItem },
  responses: { 200: json(disagreement, 'The question') },
});
const mediaRoute = createRoute({
  method: 'get',
  path: `${item}/media/{index}`,
  tags,
  summary: 'A picture or sound of the question, by its number',
  request: { params: ofItem.extend({ index: count }) },
  responses: { 200: bytes('The stored bytes') },
});
const scanRoute = createRoute({
  method: 'get',
  path: `${item}/scan`,
  tags,
  summary: 'What a viewer must know of the scan; with structures where the study shows masks',
  request: { params: ofItem },
  responses: { 200: json(scanFacts, 'The scan') },
});
const sliceRoute = createRoute({
  method: 'get',
  path: `${item}/slices/{version}/{plane}/{index}`,
  tags,
  summary: 'One slice of the scan',
  request: { params: ofSlice },
  responses: { 200: bytes('Values as shapes/scan.ts says') },
});
const maskRoute = createRoute({
  method: 'get',
  path: `${item}/masks/{version}/{plane}/{index}`,
  tags,
  summary: 'The annotated masks of one slice, where the study shows them',
  request: { params: ofSlice },
  responses: { 200: bytes('Labels as shapes/scan.ts says') },
});
const decisionRoute = createRoute({
  method: 'post',
  path: `${item}/decision`,
  tags,
  summary: 'Decides between the two',
  request: { params: ofItem, body: { ...json(decision, 'The decision'), required: true } },
  responses: { 200: json(disagreement, 'The question, decided') },
});

export const adjudicationRoutes: AddRoutes = (app, context) => {
  const room = roomOf(context);
  const shown = (open: OpenPanelItem, person: string) =>
    shownDisagreement(room, open, person, hasScan(open.benchmark, open.found.question));
  const remembered = briefly<OpenPanelItem>();
  /** For pictures: of what was just looked at. */
  const opened = (at: { study: string; item: string; person: string }) =>
    remembered(`${at.person} ${at.study} ${at.item}`, () => openPanelItem(room, at));
  const showsMasks = ({ study }: OpenPanelItem): boolean => study.plan.adjudication?.masks === true;
  const scanOf = ({ study, found, benchmark }: OpenPanelItem): BlindScan => {
    const arm = study.plan.arms.find(({ name }) => name === found.arm);
    if (arm?.scan === 'none' || !hasScan(benchmark, found.question))
      throw new OverreadError('file-not-found', 'There is no scan to look at for this question.');
    const place = { benchmark: study.benchmark.id, caseId: found.question.caseId, secret: study.secret };
    return blindScan(pixelService(context), place, context.onProblem);
  };

  app.openapi(studiesRoute, async (c) => {
    const person = personOf(c);
    const mine = (await room.shelves.studies.list()).filter((study) => maySee(study, person));
    const studies = await Promise.all(
      mine.map(async (study) => {
        const { questions } = await benchmarkForReading(room, study);
        const items = await panelItems(room, study, questions);
        const decided = items.filter((one) => one.decision !== undefined).length;
        return { id: study.id, title: study.plan.title, differing: items.length, decided };
      }),
    );
    return c.json({ studies }, 200);
  });
  app.openapi(listRoute, async (c) => {
    const person = personOf(c);
    const study = await studyToReview(room, c.req.valid('param').study, person);
    const { questions } = await benchmarkForReading(room, study);
    const { arms, title } = study.plan;
    const items = (await panelItems(room, study, questions)).map((one) => ({
      item: one.item,
      arm: arms.length > 1 ? (arms.find(({ name }) => name === one.arm)?.label ?? null) : null,
      text: one.question.text.slice(0, WORDS),
      decided: one.decision !== undefined,
      mine: one.decision === undefined || one.decision.reviewer === person,
    }));
    return c.json({ id: study.id, title, items }, 200);
  });
  app.openapi(itemRoute, async (c) => {
    const person = personOf(c);
    return c.json(await shown(await openPanelItem(room, { ...c.req.valid('param'), person }), person), 200);
  });
  app.openapi(mediaRoute, async (c) => {
    const { index, ...params } = c.req.valid('param');
    const { study, found, benchmark } = await opened({ ...params, person: personOf(c) });
    const { format, materials } = study.plan;
    const { media } = shownQuestion(found.question, caseOf(benchmark, found.question), { format, materials });
    return mediumReply(context.blobs, media[index]);
  });
  app.openapi(scanRoute, async (c) => {
    const open = await openPanelItem(room, { ...c.req.valid('param'), person: personOf(c) });
    const scan = scanOf(open);
    return c.json(await (showsMasks(open) ? scan.maskFacts() : scan.facts()), 200);
  });
  app.openapi(sliceRoute, async (c) => {
    const { version, plane: of, index, ...params } = c.req.valid('param');
    const open = await opened({ ...params, person: personOf(c) });
    return sliceReply(await scanOf(open).slice(version, of, index));
  });
  app.openapi(maskRoute, async (c) => {
    const { version, plane: of, index, ...params } = c.req.valid('param');
    const open = await opened({ ...params, person: personOf(c) });
    if (!showsMasks(open)) throw new OverreadError('file-not-found', 'This study shows no masks.');
    return sliceReply(await scanOf(open).masks(version, of, index));
  });
  app.openapi(decisionRoute, async (c) => {
    const person = personOf(c);
    const open = await decide(room, { ...c.req.valid('param'), person }, c.req.valid('json'));
    return c.json(await shown(open, person), 200);
  });
};
