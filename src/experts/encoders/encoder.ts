// Encoders: pictures and texts to vectors of one space, whose angles say what belongs together.
import { OverreadError } from '../../domain/errors.ts';
import { openEmbeddings } from './embeddings.ts';
import { openOnnxEncoder } from './onnx-encoder.ts';

export interface PictureToEncode {
  /** Encoded as PNG, JPEG or anything that can be shown. */
  readonly bytes: Uint8Array;
  /** File name, for encoders that know pictures by it. */
  readonly name?: string;
}

export interface Encoder {
  /** As written: "onnx/PATH". */
  readonly id: string;
  /** Changes with everything that shapes a vector. */
  readonly hash: string;
  /** Scale of cosines before softmax. */
  readonly logitScale: number;
  /** How an option becomes a caption; holds {option}, and may hold {question}. */
  readonly caption?: string;
  /** A unit vector. Throws `expert-failed`, `file-corrupt`, or `file-not-found` for a picture without an embedding. */
  encodeImage(picture: PictureToEncode): Promise<Float32Array>;
  /** Unit vectors, one for each text. Throws `not-allowed` when the encoder has pictures only. */
  encodeText(texts: readonly string[]): Promise<readonly Float32Array[]>;
  close?(): Promise<void>;
}

/** Opens "onnx/PATH" (a folder or one .onnx file) or "embeddings/PATH" (.jsonl or .npz). Errors: `bad-argument` and those of the files. */
export async function openEncoder(written: string): Promise<Encoder> {
  const slash = written.indexOf('/');
  const kind = slash < 0 ? written : written.slice(0, slash);
  const path = slash < 0 ? '' : written.slice(slash + 1);
  if (path !== '' && kind === 'onnx') return openOnnxEncoder(path);
  if (path !== '' && kind === 'embeddings') return openEmbeddings(path);
  throw new OverreadError(
    'bad-argument',
    `"${written}" names no encoder: write onnx/PATH for a folder with image.onnx and text.onnx, or embeddings/PATH for a file of vectors.`,
  );
}
