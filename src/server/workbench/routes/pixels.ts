// Scans, masks and stored pictures: slices that a browser keeps for ever, whole files for viewers that want them.
import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { OverreadError } from '../../../domain/errors.ts';
import { refuse, type WorkbenchEnv } from '../access.ts';
import { shownMeasurements } from '../pixels/measurements.ts';
import { mediaTypeOf } from '../pixels/media-type.ts';
import { imageFile, labelFile, type NiftiStream } from '../pixels/nifti-stream.ts';
import { type CutSlice, type PixelPlace, pixelService } from '../pixels/service.ts';
import { benchmarkId } from '../shapes/benchmarks.ts';
import { caseMeasurements } from '../shapes/measurements.ts';
import { plane, scanFacts, scanMark } from '../shapes/scan.ts';
import type { AddRoutes } from './route.ts';
import { json } from './route.ts';

/** Below which the pixels of a case are served, and how a request names it. */
const BASES = [
  {
    base: '/api/benchmarks/{benchmark}/cases/{case}',
    params: z.object({ benchmark: benchmarkId, case: z.string().min(1).max(200) }),
    whose: '',
  },
  {
    base: '/api/runs/{run}/cases/{case}',
    params: z.object({ run: z.string().min(1).max(200), case: z.string().min(1).max(200) }),
    whose: ', with the masks that the reader of this run was given',
  },
] as const;

const version = z.string().regex(/^[0-9a-f]{32}$/);
const index = z.string().regex(/^\d{1,6}$/);
const sliceParams = z.object({ version, plane, index });
const pictureParams = z.object({ plane, file: z.string().regex(/^\d{1,6}\.png$/) });

const number = z.string().regex(/^-?\d{1,9}(\.\d{1,6})?$/);
const pictureQuery = z.object({
  /** Both or neither: the scan's own window. */
  level: number.optional(),
  width: number.optional(),
  /** Structures whose masks are drawn, with commas between. */
  structures: z.string().max(4000).optional(),
  /** A JSON array of marks, as shapes/scan.ts has them. */
  marks: z.string().max(16_000).optional(),
  /** Longest edge in pixels. */
  size: z
    .string()
    .regex(/^\d{2,4}$/)
    .optional(),
});
const markList = z.array(scanMark).max(100);

const bytes = { content: { 'application/octet-stream': { schema: z.string() } } };
/** Addresses hold a version, so what they give never changes. */
const FOR_EVER = 'private, max-age=31536000, immutable';

export const pixelRoutes: AddRoutes = (app, context) => {
  const pixels = pixelService(context);
  const tags = ['pixels'];
  // Who looks at a benchmark or a read is about to look at a scan: its threads start meanwhile.
  for (const near of [
    '/api/benchmarks/:benchmark',
    '/api/benchmarks/:benchmark/*',
    '/api/runs/:run/reads/:question',
  ])
    app.use(near, (_, next) => {
      pixels.warm();
      return next();
    });

  for (const { base, params, whose } of BASES) {
    app.openapi(
      createRoute({
        method: 'get',
        path: `${base}/scan`,
        tags,
        summary: `Facts of a case's scan${whose}`,
        request: { params },
        responses: { 200: json(scanFacts, 'Facts') },
      }),
      async (c) => c.json(await pixels.facts(placeOf(c.req.valid('param')), { masks: true }), 200),
    );
    for (const what of ['slices', 'masks'] as const)
      app.openapi(
        createRoute({
          method: 'get',
          path: `${base}/${what}/{version}/{plane}/{index}`,
          tags,
          summary: what === 'slices' ? 'One slice in the scan’s unit' : `One slice of labels${whose}`,
          request: { params: params.extend(sliceParams.shape) },
          responses: { 200: { ...bytes, description: 'Values, little endian, row by row' } },
        }),
        async (c) => {
          const asked = c.req.valid('param');
          const place = placeOf(asked);
          const at = Number(asked.index);
          return sliceReply(
            c,
            what === 'slices'
              ? await pixels.slice(place, asked.plane, at, asked.version)
              : await pixels.maskSlice(place, asked.plane, at, asked.version),
          );
        },
      );
    app.openapi(
      createRoute({
        method: 'get',
        path: `${base}/picture/{plane}/{file}`,
        tags,
        summary: `One slice as PNG, {file} being its index and .png${whose}`,
        request: { params: params.extend(pictureParams.shape), query: pictureQuery },
        responses: {
          200: {
            content: { 'image/png': { schema: z.string() } },
            description: 'A picture of square pixels',
          },
        },
      }),
      async (c) => {
        const asked = c.req.valid('param');
        const { level, width, structures, marks, size } = c.req.valid('query');
        if ((level === undefined) !== (width === undefined))
          throw new OverreadError('bad-argument', 'A window has a level and a width: give both or neither.');
        const png = await pixels.picture(placeOf(asked), asked.plane, Number.parseInt(asked.file, 10), {
          ...(level === undefined ? {} : { window: { level: Number(level), width: Number(width) } }),
          structures: (structures ?? '').split(',').filter((name) => name !== ''),
          marks: marksOf(marks),
          ...(size === undefined ? {} : { longestEdge: Number(size) }),
        });
        return c.body(new Uint8Array(png), 200, {
          'content-type': 'image/png',
          'cache-control': 'private, no-cache',
        });
      },
    );
  }

  const [{ base, params }] = BASES;
  app.openapi(
    createRoute({
      method: 'get',
      path: `${base}/measurements`,
      tags,
      summary: 'What was measured in a case, and where',
      request: { params },
      responses: { 200: json(caseMeasurements, 'Measurements') },
    }),
    async (c) => {
      const { benchmark, case: caseId } = c.req.valid('param');
      const opened = await context.library.open(benchmark);
      if (opened.kind === 'published')
        throw new OverreadError('file-not-found', 'Nothing is measured in a published benchmark.');
      if (!opened.folder.cases.has(caseId))
        throw new OverreadError(
          'file-not-found',
          'The benchmark has no such case: look at its list of cases.',
        );
      const set = await opened.folder.measurements(caseId);
      // Numbers are worth seeing though the files that they came from are gone.
      const grid = await pixels.grid({ benchmark, caseId }).catch(() => undefined);
      return c.json(shownMeasurements(set, grid), 200);
    },
  );
  for (const file of ['volume.nii', 'labels.nii'] as const)
    app.openapi(
      createRoute({
        method: 'get',
        path: `${base}/${file}`,
        tags,
        summary:
          file === 'volume.nii' ? 'The whole scan' : 'All masks as one label map, by place in the facts',
        request: { params },
        responses: { 200: { ...bytes, description: 'NIfTI-1' } },
      }),
      async (c) => {
        const { benchmark, case: caseId } = c.req.valid('param');
        const { opening, masks } = await pixels.whole({ benchmark, caseId });
        if (file === 'labels.nii') return fileReply(c, labelFile(await masks()));
        if (opening === undefined)
          throw new OverreadError('file-not-found', 'This case has masks only: there is no scan to send.');
        return fileReply(c, imageFile(await opening.loaded));
      },
    );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/api/blobs/{hash}',
      tags,
      summary: 'A stored picture or sound by its content hash',
      request: { params: z.object({ hash: z.string().regex(/^[0-9a-f]{64}$/) }) },
      responses: { 200: { ...bytes, description: 'Its bytes' } },
    }),
    async (c) => {
      const { hash } = c.req.valid('param');
      const found = await context.blobs.get(hash);
      if (found === undefined)
        return refuse(
          c,
          404,
          'file-not-found',
          'Nothing is stored under this hash: it may have been purged.',
        );
      const type = mediaTypeOf(found);
      return c.body(new Uint8Array(found), 200, {
        'content-type': type ?? 'application/octet-stream',
        ...(type === undefined ? { 'content-disposition': `attachment; filename="${hash}.bin"` } : {}),
        'cache-control': FOR_EVER,
      });
    },
  );
};

function placeOf(asked: { case: string; benchmark: string } | { case: string; run: string }): PixelPlace {
  return 'run' in asked
    ? { run: asked.run, caseId: asked.case }
    : { benchmark: asked.benchmark, caseId: asked.case };
}

/** For routes of other places that serve the same slices. */
export function sliceReply(c: Context<WorkbenchEnv>, { bytes: body, type }: CutSlice): Response {
  return c.body(body, 200, {
    'content-type': 'application/octet-stream',
    'x-overread-type': type,
    'cache-control': FOR_EVER,
  });
}

function fileReply(c: Context<WorkbenchEnv>, { body, length }: NiftiStream): Response {
  return c.body(body, 200, {
    'content-type': 'application/octet-stream',
    'content-length': String(length),
    'cache-control': 'private, no-cache',
  });
}

function marksOf(text: string | undefined): z.infer<typeof markList> {
  if (text === undefined) return [];
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const parsed = markList.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new OverreadError('bad-argument', '"marks" is a JSON array of at most 100 rulers, boxes and points.');
}
