// A benchmark from own scans: looking into folders, taking uploads, inspecting, building.
import { basename } from 'node:path';
import type { ReadableStream } from 'node:stream/web';
import { createRoute, z } from '@hono/zod-openapi';
import { newBuilds } from '../jobs/builds.ts';
import { listFiles, territoryOf } from '../jobs/files.ts';
import { newUploads, UPLOAD_LIMIT } from '../jobs/uploads.ts';
import { jobRow } from '../shapes/jobs.ts';
import {
  buildChoices,
  fileList,
  newBuild,
  newInspection,
  relativePath,
  uploaded,
  uploadId,
} from '../shapes/new.ts';
import type { AddRoutes } from './route.ts';
import { json } from './route.ts';

const tags = ['new benchmark'];

const choicesRoute = createRoute({
  method: 'get',
  path: '/api/build-choices',
  tags,
  summary: 'What a build may choose from',
  responses: { 200: json(buildChoices, 'Layouts, label schemes, bounds') },
});

const filesRoute = createRoute({
  method: 'get',
  path: '/api/files',
  tags,
  summary: 'What lies in a folder below the one that the server was told of',
  request: { query: z.object({ path: relativePath.default('') }) },
  responses: { 200: json(fileList, 'Folders and files') },
});

const uploadRoute = createRoute({
  method: 'post',
  path: '/api/uploads',
  tags,
  summary: 'Send one file, as the body',
  request: { query: z.object({ name: z.string().min(1).max(1024), upload: uploadId.optional() }) },
  responses: { 201: json(uploaded, 'The upload so far') },
});

const removeRoute = createRoute({
  method: 'delete',
  path: '/api/uploads/{upload}',
  tags,
  summary: 'Remove an upload',
  request: { params: z.object({ upload: uploadId }) },
  responses: { 204: { description: 'It is gone' } },
});

const inspectRoute = createRoute({
  method: 'post',
  path: '/api/inspections',
  tags,
  summary: 'Say what scans are and what can be asked of them',
  request: { body: { ...json(newInspection, 'What to look into'), required: true } },
  responses: { 202: json(jobRow, 'The job; its result is the inspection') },
});

const buildRoute = createRoute({
  method: 'post',
  path: '/api/builds',
  tags,
  summary: 'Build a benchmark',
  request: { body: { ...json(newBuild, 'From what, and how'), required: true } },
  responses: { 202: json(jobRow, 'The job') },
});

export const newRoutes: AddRoutes = (app, context) => {
  const uploads = newUploads(context.workFolder);
  const territory = territoryOf(context);
  const builds = newBuilds(context, uploads);
  app.openapi(choicesRoute, async (c) =>
    c.json(
      {
        ...(await builds.choices()),
        root: basename(context.filesRoot) || '/',
        encrypted: context.passphrase !== undefined,
        uploadLimit: UPLOAD_LIMIT,
      },
      200,
    ),
  );
  app.openapi(filesRoute, async (c) => c.json(await listFiles(territory, c.req.valid('query').path), 200));
  app.openapi(uploadRoute, async (c) => {
    const { name, upload } = c.req.valid('query');
    return c.json(await uploads.take(upload, name, c.req.raw.body as ReadableStream | null), 201);
  });
  app.openapi(removeRoute, async (c) => {
    await uploads.remove(c.req.valid('param').upload);
    return c.body(null, 204);
  });
  app.openapi(inspectRoute, async (c) => c.json(await builds.inspect(c.req.valid('json')), 202));
  app.openapi(buildRoute, async (c) => c.json(await builds.build(c.req.valid('json')), 202));
};
