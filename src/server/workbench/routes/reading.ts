// What a reader may call: worklists, one blind question at a time, its scan, and the answer to it.
import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { OverreadError } from '../../../domain/errors.ts';
import type { WorkbenchEnv } from '../access.ts';
import { pixelService } from '../pixels/service.ts';
import { blindScan, hasScan, mediumReply, sliceReply } from '../room/blind.ts';
import { briefly } from '../room/brief.ts';
import { noteActive, readingItem, shownIn, takeAnswer, wasOpened } from '../room/reading.ts';
import { roomOf } from '../room/room.ts';
import {
  type OpenItem,
  openItem,
  openWorklist,
  worklistRow,
  worklistsOf,
  worklistWithMarks,
} from '../room/worklists.ts';
import {
  activeTime,
  answerReceipt,
  givenAnswer,
  readingItem as itemShape,
  roomId,
  worklist,
  worklists,
} from '../shapes/room.ts';
import { plane, scanFacts } from '../shapes/scan.ts';
import type { AddRoutes } from './route.ts';
import { bytes, json } from './route.ts';

const tags = ['reading'];
/** Digits only: what else a number can be written as is refused. */
export const count = z
  .string()
  .regex(/^\d{1,6}$/, 'a number is wanted')
  .transform(Number);
const ofList = z.object({ worklist: roomId });
const ofItem = ofList.extend({ position: count });
const at = '/api/reading/{worklist}';
const item = `${at}/items/{position}`;

const listRoute = createRoute({
  method: 'get',
  path: '/api/reading/worklists',
  tags,
  summary: 'What the visitor is to read',
  responses: { 200: json(worklists, 'The worklists') },
});
const oneRoute = createRoute({
  method: 'get',
  path: at,
  tags,
  summary: 'One worklist, with how far it is',
  request: { params: ofList },
  responses: { 200: json(worklist, 'The worklist') },
});
const itemRoute = createRoute({
  method: 'get',
  path: item,
  tags,
  summary: 'A question to be read; the first look starts its clock',
  request: { params: ofItem },
  responses: { 200: json(itemShape, 'The question') },
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
  summary: 'What a viewer must know of the scan, without structures',
  request: { params: ofItem },
  responses: { 200: json(scanFacts, 'The scan') },
});
const sliceRoute = createRoute({
  method: 'get',
  path: `${item}/slices/{version}/{plane}/{index}`,
  tags,
  summary: 'One slice of the scan',
  request: {
    params: ofItem.extend({
      version: z.string().max(64),
      plane,
      index: count,
    }),
  },
  responses: { 200: bytes('Values as shapes/scan.ts says') },
});
const answerRoute = createRoute({
  method: 'post',
  path: `${item}/answer`,
  tags,
  summary: 'Answers a question; kept when this replies',
  request: { params: ofItem, body: { ...json(givenAnswer, 'The answer'), required: true } },
  responses: { 200: json(answerReceipt, 'What was kept, and where to go on') },
});
const timeRoute = createRoute({
  method: 'post',
  path: `${item}/time`,
  tags,
  summary: 'Notes for how long the question was really looked at',
  request: { params: ofItem, body: { ...json(activeTime, 'The time'), required: true } },
  responses: { 204: { description: 'Noted' } },
});

export const readingRoutes: AddRoutes = (app, context) => {
  const room = roomOf(context);

  const scanOf = ({ worklist: { study, arm }, question, benchmark }: OpenItem) => {
    if (arm.scan === 'none' || !hasScan(benchmark, question))
      throw new OverreadError('file-not-found', 'There is no scan to look at for this question.');
    const { id } = study.benchmark;
    return blindScan(
      pixelService(context),
      { benchmark: id, caseId: question.caseId, secret: study.secret },
      context.onProblem,
    );
  };
  /** Pictures are served once their question was opened: nobody looks before the clock runs. */
  const remembered = briefly<OpenItem>();
  const opened = (c: Context<WorkbenchEnv>, from: { worklist: string; position: number }) => {
    const person = personOf(c);
    return remembered(`${person} ${from.worklist} ${from.position}`, async () => {
      // Also of an answered one: the viewer stays where it stands while questions of one case follow each other.
      const found = await openItem(room, from.worklist, person, from.position, { toAnswer: true });
      if (await wasOpened(room, found)) return found;
      throw new OverreadError('not-allowed', 'Open the question before its pictures.');
    });
  };

  app.openapi(listRoute, async (c) => {
    const all = await worklistsOf(room, personOf(c));
    return c.json({ worklists: all.map(worklistRow) }, 200);
  });
  app.openapi(oneRoute, async (c) => {
    const found = await openWorklist(room, c.req.valid('param').worklist, personOf(c));
    return c.json(await worklistWithMarks(room, found), 200);
  });
  app.openapi(itemRoute, async (c) => {
    const params = c.req.valid('param');
    const found = await openItem(room, params.worklist, personOf(c), params.position);
    return c.json(await readingItem(room, found, hasScan(found.benchmark, found.question)), 200);
  });
  app.openapi(mediaRoute, async (c) => {
    const params = c.req.valid('param');
    const { media } = shownIn(await opened(c, params));
    return mediumReply(context.blobs, media[params.index]);
  });
  app.openapi(scanRoute, async (c) => {
    const found = await opened(c, c.req.valid('param'));
    return c.json(await scanOf(found).facts(), 200);
  });
  app.openapi(sliceRoute, async (c) => {
    const params = c.req.valid('param');
    const found = await opened(c, params);
    if (found.worklist.arm.scan === 'axial' && params.plane !== 'axial')
      throw new OverreadError('file-not-found', 'Axial slices only are shown in this worklist.');
    return sliceReply(await scanOf(found).slice(params.version, params.plane, params.index));
  });
  app.openapi(answerRoute, async (c) => {
    const params = c.req.valid('param');
    const person = personOf(c);
    const given = c.req.valid('json');
    const receipt = await takeAnswer(
      room,
      { run: params.worklist, person, position: params.position },
      given,
    );
    return c.json(receipt, 200);
  });
  app.openapi(timeRoute, async (c) => {
    const params = c.req.valid('param');
    const found = await openItem(room, params.worklist, personOf(c), params.position, { toAnswer: true });
    await noteActive(room, found, c.req.valid('json').activeMilliseconds);
    return c.body(null, 204);
  });
};

/** The person who calls. The owner is none: who owns the keys does not read blind. */
export function personOf(c: Context<WorkbenchEnv>): string {
  const { personId } = c.get('visitor');
  if (personId !== undefined) return personId;
  throw new OverreadError(
    'not-allowed',
    'Only people of the reading room read: open the link that one of them got.',
  );
}
