// What every pixel codec returns, and how a codec says that a frame is damaged.
import { OverreadError } from '../../../domain/errors.ts';

export type Samples = Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array;

/** One decoded frame: samples interleaved by pixel, row by row. */
export interface CodedImage {
  readonly width: number;
  readonly height: number;
  readonly components: number;
  /** Significant bits of a sample. */
  readonly bits: number;
  readonly signed: boolean;
  readonly data: Samples;
}

/** What the DICOM header promises of a frame; codecs refuse to allocate for anything else. */
export interface FrameShape {
  readonly rows: number;
  readonly columns: number;
  readonly samplesPerPixel: number;
  readonly bitsAllocated: number;
}

/** Raised inside codecs and named by the frame reader, which knows the file and frame. */
export class CodecFailure extends Error {
  readonly code: 'file-corrupt' | 'file-truncated' | 'format-unsupported';
  constructor(code: CodecFailure['code'], why: string, options?: { cause?: unknown }) {
    super(why, options);
    this.code = code;
  }
}

/** Throws unless a code stream's own header agrees with the DICOM header. */
export function checkShape(
  found: { width: number; height: number; components: number },
  shape: FrameShape,
  what: string,
): void {
  if (
    found.width === shape.columns &&
    found.height === shape.rows &&
    found.components === shape.samplesPerPixel
  )
    return;
  throw new CodecFailure(
    'file-corrupt',
    `its ${what} stream is ${found.width} × ${found.height} × ${found.components} where the header says ${shape.columns} × ${shape.rows} × ${shape.samplesPerPixel}`,
  );
}

/** The sentence for a frame that could not be decoded. */
export function frameError(name: string, syntax: string, frame: number, error: unknown): OverreadError {
  if (OverreadError.isInstance(error)) return error;
  const code = error instanceof CodecFailure ? error.code : 'file-corrupt';
  const why = error instanceof CodecFailure ? error.message : 'the decoder gave up';
  const advice =
    code === 'format-unsupported'
      ? 'transcode it to an uncompressed syntax'
      : code === 'file-truncated'
        ? 'copy it again'
        : 'copy it again or transcode it';
  return new OverreadError(
    code,
    `Frame ${frame + 1} of ${name}, ${syntax}, cannot be decoded since ${why}: ${advice}.`,
    {
      cause: error,
      details: { frame: frame + 1, transferSyntax: syntax },
    },
  );
}
