// The frame header of a JPEG or JPEG-LS stream: process, size and components, before anything is allocated.
import { CodecFailure } from './codec.ts';

export type JpegProcess =
  | 'sequential'
  | 'progressive'
  | 'lossless'
  | 'jpeg-ls'
  | 'arithmetic'
  | 'hierarchical';

export interface JpegHeader {
  readonly process: JpegProcess;
  readonly bits: number;
  readonly width: number;
  readonly height: number;
  readonly components: number;
}

function processOf(marker: number): JpegProcess {
  if (marker === 0xc0 || marker === 0xc1) return 'sequential';
  if (marker === 0xc2) return 'progressive';
  if (marker === 0xc3) return 'lossless';
  if (marker === 0xf7) return 'jpeg-ls';
  if (marker >= 0xc9 && marker <= 0xcb) return 'arithmetic';
  return 'hierarchical';
}

/** True for SOF0–SOF15 (without DHT, JPG and DAC, which share the range) and JPEG-LS's SOF55. */
export function isFrameMarker(marker: number): boolean {
  return (
    marker === 0xf7 ||
    (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc)
  );
}

/** Finds the frame header (ITU-T T.81 B.2.2). Throws when the stream has none. */
export function jpegFrameHeader(bytes: Uint8Array): JpegHeader {
  if (bytes.length < 4 || bytes[0] !== 0xff || bytes[1] !== 0xd8)
    throw new CodecFailure('file-corrupt', 'its frame does not start with a JPEG marker');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) throw new CodecFailure('file-corrupt', 'its JPEG markers are damaged');
    const marker = bytes[at + 1];
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (isFrameMarker(marker)) {
      if (at + 10 > bytes.length) break;
      return {
        process: processOf(marker),
        bits: bytes[at + 4],
        height: view.getUint16(at + 5),
        width: view.getUint16(at + 7),
        components: bytes[at + 9],
      };
    }
    at += marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8) ? 2 : 2 + view.getUint16(at + 2);
  }
  throw new CodecFailure('file-truncated', 'its JPEG stream ends before a frame header');
}
