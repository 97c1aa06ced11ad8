// The reading room as its owner runs it: people, studies, results.
import { createRoute, z } from '@hono/zod-openapi';
import { personRow, previewQuestions, shownStudy } from '../room/progress.ts';
import { readingsCsv } from '../room/readings-csv.ts';
import { roomOf } from '../room/room.ts';
import { createStudy, enrolReader, enrolReviewer, setStatus, studyOf } from '../room/studies.ts';
import { resultsOf } from '../room/study-results.ts';
import { protocolName } from '../shapes/reads.ts';
import {
  enrolment,
  newPerson,
  people,
  personRow as personShape,
  personWithToken,
  questionPreview,
  roomId,
  studies,
  study,
  studyPlan,
  studyQuestions,
} from '../shapes/room.ts';
import { studyResults } from '../shapes/room-results.ts';
import type { AddRoutes } from './route.ts';
import { json } from './route.ts';

const tags = ['room'];
const ofPerson = z.object({ person: roomId });
const ofStudy = z.object({ study: roomId });
const at = '/api/room/studies/{study}';

const peopleRoute = createRoute({
  method: 'get',
  path: '/api/room/people',
  tags,
  summary: 'Readers and reviewers',
  responses: { 200: json(people, 'The people') },
});
const addRoute = createRoute({
  method: 'post',
  path: '/api/room/people',
  tags,
  summary: 'Adds a person; the token is shown in this reply only',
  request: { body: { ...json(newPerson, 'Who'), required: true } },
  responses: { 200: json(personWithToken, 'The person, and their link') },
});
const tokenRoute = createRoute({
  method: 'post',
  path: '/api/room/people/{person}/token',
  tags,
  summary: 'A new token instead of the old one',
  request: { params: ofPerson },
  responses: { 200: json(personWithToken, 'The person, and their new link') },
});
const withdrawRoute = createRoute({
  method: 'post',
  path: '/api/room/people/{person}/withdraw',
  tags,
  summary: 'Lets a person in no longer; what they read stays',
  request: { params: ofPerson },
  responses: { 200: json(personShape, 'The person') },
});
const studiesRoute = createRoute({
  method: 'get',
  path: '/api/room/studies',
  tags,
  summary: 'All studies, newest first',
  responses: { 200: json(studies, 'The studies') },
});
const previewRoute = createRoute({
  method: 'post',
  path: '/api/room/preview',
  tags,
  summary: 'What a choice of questions would give',
  request: { body: { ...json(studyQuestions, 'The choice'), required: true } },
  responses: { 200: json(questionPreview, 'Counts') },
});
const createStudyRoute = createRoute({
  method: 'post',
  path: '/api/room/studies',
  tags,
  summary: 'Begins a study',
  request: { body: { ...json(studyPlan, 'The plan'), required: true } },
  responses: { 200: json(study, 'The study') },
});
const studyRoute = createRoute({
  method: 'get',
  path: at,
  tags,
  summary: 'One study, with how far everybody is',
  request: { params: ofStudy },
  responses: { 200: json(study, 'The study') },
});
const enrolling = (what: 'readers' | 'reviewers') =>
  createRoute({
    method: 'post',
    path: `/api/room/studies/{study}/${what}` as const,
    tags,
    summary: `Adds a person to the ${what}`,
    request: { params: ofStudy, body: { ...json(enrolment, 'Who'), required: true } },
    responses: { 200: json(study, 'The study') },
  });
const switching = (what: 'close' | 'reopen') =>
  createRoute({
    method: 'post',
    path: `/api/room/studies/{study}/${what}` as const,
    tags,
    summary: what === 'close' ? 'Takes no more answers' : 'Takes answers again',
    request: { params: ofStudy },
    responses: { 200: json(study, 'The study') },
  });

const resultsRoute = createRoute({
  method: 'get',
  path: `${at}/results`,
  tags,
  summary: 'Scores, times, calibration, agreement and comparisons, as far as people have read',
  request: {
    params: ofStudy,
    query: z.object({
      protocol: protocolName.default('strict'),
      /** Model runs to compare with, commas between. */
      runs: z.string().max(2000).optional(),
    }),
  },
  responses: { 200: json(studyResults, 'The results') },
});
const readingsRoute = createRoute({
  method: 'get',
  path: `${at}/readings.csv`,
  tags,
  summary: 'Every answer that was given, one line each',
  request: { params: ofStudy },
  responses: { 200: { content: { 'text/csv': { schema: z.string() } }, description: 'The answers' } },
});

/** Models that people are compared with at once. */
const MODELS = 20;

export const roomRoutes: AddRoutes = (app, context) => {
  const room = roomOf(context);
  const linkTo = (url: string, token: string): string => `${new URL(url).origin}/?token=${token}`;

  app.openapi(peopleRoute, async (c) => {
    const all = await room.shelves.studies.list();
    return c.json({ people: (await room.people.list()).map((person) => personRow(person, all)) }, 200);
  });
  app.openapi(addRoute, async (c) => {
    const { person, token } = await room.people.add(c.req.valid('json'));
    room.changed();
    return c.json({ person: personRow(person, []), token, link: linkTo(c.req.url, token) }, 200);
  });
  app.openapi(tokenRoute, async (c) => {
    const { person, token } = await room.people.renew(c.req.valid('param').person);
    const all = await room.shelves.studies.list();
    return c.json({ person: personRow(person, all), token, link: linkTo(c.req.url, token) }, 200);
  });
  app.openapi(withdrawRoute, async (c) => {
    const person = await room.people.withdraw(c.req.valid('param').person);
    room.changed();
    return c.json(personRow(person, await room.shelves.studies.list()), 200);
  });
  app.openapi(studiesRoute, async (c) => {
    const all = (await room.shelves.studies.list()).sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
    return c.json({ studies: await Promise.all(all.map((one) => shownStudy(room, one))) }, 200);
  });
  app.openapi(previewRoute, async (c) => c.json(await previewQuestions(room, c.req.valid('json')), 200));
  app.openapi(createStudyRoute, async (c) =>
    c.json(await shownStudy(room, await createStudy(room, c.req.valid('json'))), 200),
  );
  app.openapi(studyRoute, async (c) =>
    c.json(await shownStudy(room, await studyOf(room, c.req.valid('param').study)), 200),
  );
  app.openapi(enrolling('readers'), async (c) => {
    const changed = await enrolReader(room, c.req.valid('param').study, c.req.valid('json').person);
    return c.json(await shownStudy(room, changed), 200);
  });
  app.openapi(enrolling('reviewers'), async (c) => {
    const changed = await enrolReviewer(room, c.req.valid('param').study, c.req.valid('json').person);
    return c.json(await shownStudy(room, changed), 200);
  });
  app.openapi(switching('close'), async (c) =>
    c.json(await shownStudy(room, await setStatus(room, c.req.valid('param').study, 'closed')), 200),
  );
  app.openapi(switching('reopen'), async (c) =>
    c.json(await shownStudy(room, await setStatus(room, c.req.valid('param').study, 'open')), 200),
  );
  app.openapi(resultsRoute, async (c) => {
    const { protocol, runs } = c.req.valid('query');
    const models = runs === undefined || runs === '' ? [] : runs.split(',').slice(0, MODELS);
    return c.json(await resultsOf(context, { ...c.req.valid('param'), protocol, models }), 200);
  });
  app.openapi(readingsRoute, async (c) => readingsCsv(room, await studyOf(room, c.req.valid('param').study)));
};
