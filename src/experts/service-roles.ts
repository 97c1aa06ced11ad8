// What an expert's reply must look like, role by role, whoever sends it: a server, a program, a model.
import * as z from 'zod';
import { OverreadError } from '../domain/errors.ts';
import type {
  ExpertCall,
  ExpertRole,
  ExpertRoles,
  Passage,
  PixelBox,
  Retrieved,
  ScoredBox,
  SoftMask,
  StoredBytes,
} from '../domain/expert.ts';
import { rasterOfBytes } from '../imaging/picture-bytes.ts';
import { pictureSize } from '../imaging/picture-size.ts';
import type { BlobStore } from '../storage/blobs.ts';

/** Roles that a server, a program or a model can fill by one question and one reply. */
export type ServedRole = 'segment' | 'ground' | 'classify' | 'retrieve' | 'transcribe' | 'speak';

/** What an expert is asked; pictures and sounds by reference. Never whose they are. */
export interface ServiceRequest {
  readonly role: ExpertRole;
  readonly phrase?: string;
  readonly labels?: readonly string[];
  readonly text?: string;
  readonly k?: number;
  readonly domain?: string;
  readonly picture?: StoredBytes;
  readonly audio?: StoredBytes;
}

/** Asks, and gives the reply as plain JSON (base64 for bytes). */
export type Ask = (request: ServiceRequest, call: ExpertCall | undefined) => Promise<unknown>;

export interface AboutExpert {
  readonly id: string;
  readonly hash: string;
  health?(signal?: AbortSignal): Promise<void>;
  close?(): Promise<void>;
}

const share = z.number().min(0).max(1);
const base64 = z.string().regex(/^[A-Za-z0-9+/\r\n]*={0,2}\s*$/, 'it is not base64');
const SEGMENT = z.union([
  z.object({ mask: base64 }),
  z.object({
    width: z.number().int().positive(),
    height: z.number().int().positive(),
    probability: base64,
  }),
]);
const GROUND = z.object({
  boxes: z
    .array(
      z.object({
        box: z.tuple([z.number(), z.number(), z.number(), z.number()]),
        score: share.default(1),
        label: z.string().max(500).optional(),
      }),
    )
    .max(10_000),
});
const CLASSIFY = z.object({
  labels: z
    .array(z.object({ label: z.string().max(500), probability: share }))
    .min(1)
    .max(100_000),
});
const RETRIEVE = z.object({
  passages: z
    .array(
      z.object({
        id: z.string().max(500),
        text: z.string().max(1_000_000),
        source: z.string().max(2000).default(''),
        score: z.number(),
        domain: z.string().max(200).optional(),
        patientId: z.string().max(200).optional(),
        image: base64.optional(),
        mediaType: z
          .string()
          .regex(/^image\/[\w.+-]+$/)
          .optional(),
      }),
    )
    .max(10_000),
});
const TRANSCRIBE = z.object({ text: z.string().max(100_000) });
const SPEAK = z.object({ audio: base64.min(1), mediaType: z.enum(['audio/wav', 'audio/mpeg']) });

/**
 * An expert whose replies come from `ask`: each is checked, sorted and put into the role's shape. Errors: those of
 * `ask`, and `expert-failed` with the member that is wrong.
 */
export function expertOver<Role extends ExpertRole>(
  role: Role,
  about: AboutExpert,
  ask: Ask,
  { blobs }: { readonly blobs: BlobStore },
): ExpertRoles[Role] {
  const wrong = (why: string, cause?: unknown) =>
    new OverreadError(
      'expert-failed',
      `${about.id} sent what is no result of the role ${role} (${why}): docs/experts.md shows its form.`,
      cause === undefined ? {} : { cause },
    );
  const checked = <T>(schema: z.ZodType<T>, reply: unknown): T => {
    const parsed = schema.safeParse(reply);
    if (parsed.success) return parsed.data;
    const [{ path, message }] = parsed.error.issues;
    throw wrong(
      `${path.length === 0 ? 'the reply' : path.join('.')}: ${message.slice(0, 120)}`,
      parsed.error,
    );
  };
  const roles: Pick<ExpertRoles, ServedRole> = {
    segment: {
      ...about,
      async segmentRegion(picture, phrase, call) {
        const reply = checked(SEGMENT, await ask({ role, phrase, picture }, call));
        const mask = 'mask' in reply ? await pictureMask(reply.mask, wrong) : rawMask(reply, wrong);
        const { width, height } = await sizeOf(picture);
        if (mask.width !== width || mask.height !== height)
          throw wrong(`the mask is ${mask.width} × ${mask.height} and the picture ${width} × ${height}`);
        return mask;
      },
    },
    ground: {
      ...about,
      async ground(picture, phrase, call) {
        const { boxes } = checked(GROUND, await ask({ role, phrase, picture }, call));
        const size = boxes.length === 0 ? { width: 0, height: 0 } : await sizeOf(picture);
        return boxes
          .map(({ box, ...rest }): ScoredBox => {
            const inside = clipped(box, size.width, size.height);
            if (inside === undefined)
              throw wrong(`the box ${box.join(', ')} lies outside the picture or is turned`);
            return { ...rest, box: inside };
          })
          .sort((a, b) => b.score - a.score);
      },
    },
    classify: {
      ...about,
      async classify(picture, labels, call) {
        const reply = await ask({ role, picture, ...(labels === undefined ? {} : { labels }) }, call);
        return checked(CLASSIFY, reply).labels.sort((a, b) => b.probability - a.probability);
      },
    },
    retrieve: {
      ...about,
      async retrieve({ notOf, k, picture, text, domain }, call) {
        // Whose passages are not wanted is not told to anybody: some more are asked for, and those are dropped here.
        const wanted = notOf === undefined ? k : k + EXTRA;
        const reply = await ask(
          {
            ...{ role, k: wanted },
            ...(picture === undefined ? {} : { picture }),
            ...(text === undefined ? {} : { text }),
            ...(domain === undefined ? {} : { domain }),
          },
          call,
        );
        const found: Retrieved[] = [];
        for (const { score, image, mediaType = 'image/png', ...passage } of checked(RETRIEVE, reply)
          .passages) {
          if (notOf !== undefined && passage.patientId === notOf) continue;
          if (domain !== undefined && passage.domain !== undefined && passage.domain !== domain) continue;
          const page: Pick<Passage, 'hash' | 'mediaType'> =
            image === undefined ? {} : { hash: await blobs.put(Buffer.from(image, 'base64')), mediaType };
          found.push({ score, passage: { ...passage, ...page } });
        }
        return found.sort((a, b) => b.score - a.score).slice(0, k);
      },
    },
    transcribe: {
      ...about,
      async transcribe(audio, call) {
        return { text: checked(TRANSCRIBE, await ask({ role, audio }, call)).text.trim() };
      },
    },
    speak: {
      ...about,
      async speak(text, call) {
        const { audio, mediaType } = checked(SPEAK, await ask({ role, text }, call));
        return { bytes: new Uint8Array(Buffer.from(audio, 'base64')), mediaType };
      },
    },
  };
  // Plug-ins name the roles that they open; none names another than these.
  return (roles as Partial<ExpertRoles>)[role] as ExpertRoles[Role];
}

/** Passages asked for beyond k, so that enough are left when one patient's are dropped. */
const EXTRA = 10;

type Wrong = (why: string, cause?: unknown) => OverreadError;

async function pictureMask(mask: string, wrong: Wrong): Promise<SoftMask> {
  const raster = await rasterOfBytes(Buffer.from(mask, 'base64')).catch((cause: unknown) => {
    throw wrong('the mask is no picture', cause);
  });
  const { width, height, channels, data } = raster;
  const probability = Float32Array.from({ length: width * height }, (_, at) => data[at * channels] / 255);
  return { width, height, probability };
}

function rawMask(
  {
    width,
    height,
    probability,
  }: { readonly width: number; readonly height: number; readonly probability: string },
  wrong: Wrong,
): SoftMask {
  const bytes = Buffer.from(probability, 'base64');
  if (bytes.length !== width * height * 4)
    throw wrong(
      `${width} × ${height} float32 values are ${width * height * 4} bytes, and it holds ${bytes.length}`,
    );
  const values = Float32Array.from({ length: width * height }, (_, at) => bytes.readFloatLE(at * 4));
  if (!values.every((value) => value >= 0 && value <= 1)) throw wrong('a probability is not from 0 to 1');
  return { width, height, probability: values };
}

export async function sizeOf(
  picture: StoredBytes,
): Promise<{ readonly width: number; readonly height: number }> {
  const bytes = await picture.bytes();
  return pictureSize(bytes) ?? rasterOfBytes(bytes);
}

/** Within the picture; undefined when nothing of it is, or its corners are exchanged. */
export function clipped(box: PixelBox, width: number, height: number): PixelBox | undefined {
  const [x0, y0, x1, y1] = box;
  const inside: PixelBox = [
    Math.max(0, Math.min(width, x0)),
    Math.max(0, Math.min(height, y0)),
    Math.max(0, Math.min(width, x1)),
    Math.max(0, Math.min(height, y1)),
  ];
  return inside[2] > inside[0] && inside[3] > inside[1] ? inside : undefined;
}
