// What somebody else's tool answered, as plain JSON of bounded size; pictures stored anew, nothing fetched.
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import type { ToolContext } from '../../domain/tool.ts';
import { rasterOfBytes } from '../../imaging/picture-bytes.ts';
import { shownPicture } from '../../imaging/shown-picture.ts';

/** Plain JSON. The keys are ours alone: no key of the server's stands beside `image`, which shows a stored picture. */
export interface OutsideResult {
  text?: string;
  data?: unknown;
  image?: string;
  images?: string[];
  /** What was left out, and why. */
  left_out?: string[];
  error?: string;
}

const MOST_TEXT = 20_000;
const MOST_PICTURES = 4;
const MOST_PICTURE_BYTES = 8 << 20;
const MOST_PIXELS = 1 << 24;

/** @param madeBy the tool's name: whose picture it is */
export async function outsideResult(
  result: CallToolResult,
  madeBy: string,
  pictures: ToolContext['pictures'],
): Promise<OutsideResult> {
  const left: string[] = [];
  const texts: string[] = [];
  const hashes: string[] = [];
  for (const part of result.content ?? []) {
    if (part.type === 'text') texts.push(part.text);
    else if (part.type === 'resource' && 'text' in part.resource) texts.push(part.resource.text);
    else if (part.type !== 'image') left.push(`${part.type}: only text and pictures are taken`);
    else if (pictures === undefined) left.push('image: this reader takes no pictures of tools');
    else if (hashes.length >= MOST_PICTURES) left.push(`image: more than ${MOST_PICTURES} are not taken`);
    else {
      const hash = await stored(part.data, madeBy, pictures);
      if (hash === undefined) left.push('image: it is too large, damaged or no picture');
      else hashes.push(hash);
    }
  }
  const text = bounded(texts.join('\n'), left);
  if (result.isError === true) return { error: text === '' ? `${madeBy} failed without a word.` : text };
  const { structuredContent } = result;
  const data = structuredContent === undefined ? undefined : withinBounds(structuredContent, left);
  // Servers that send structured content repeat it as text, for those who cannot take it.
  const repeated = data !== undefined && sameJson(text, data);
  return {
    ...(text === '' || repeated ? {} : { text }),
    ...(data === undefined ? {} : { data }),
    ...(hashes.length === 0 ? {} : { image: hashes[0] }),
    ...(hashes.length < 2 ? {} : { images: hashes }),
    ...(left.length === 0 ? {} : { left_out: left }),
  };
}

function bounded(text: string, left: string[]): string {
  if (text.length <= MOST_TEXT) return text;
  left.push(`text: ${text.length - MOST_TEXT} characters beyond ${MOST_TEXT}`);
  return text.slice(0, MOST_TEXT);
}

function withinBounds(data: unknown, left: string[]): unknown {
  const { length } = JSON.stringify(data);
  if (length <= MOST_TEXT) return data;
  left.push(`data: ${length} characters, more than ${MOST_TEXT}`);
  return undefined;
}

function sameJson(text: string, data: unknown): boolean {
  try {
    return JSON.stringify(JSON.parse(text)) === JSON.stringify(data);
  } catch {
    return false;
  }
}

/** Decoded and encoded anew, so that nothing but pixels is kept; undefined for what is no picture within the limits. */
async function stored(
  base64: string,
  madeBy: string,
  pictures: NonNullable<ToolContext['pictures']>,
): Promise<string | undefined> {
  if (base64.length > (MOST_PICTURE_BYTES / 3) * 4) return undefined;
  try {
    const { bytes } = await shownPicture(Buffer.from(base64, 'base64'), 'The picture', {
      maxPixels: MOST_PIXELS,
      maxBytes: MOST_PICTURE_BYTES,
    });
    return await pictures.keep(await rasterOfBytes(bytes), madeBy);
  } catch {
    return undefined;
  }
}
