// ONNX models of this machine through onnxruntime-node, which is loaded when the first one is opened.
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { sha256 } from '../../domain/content-hash.ts';
import { messageOf, OverreadError } from '../../domain/errors.ts';

export type TensorData = Float32Array | BigInt64Array | Int32Array;

export interface OnnxTensor {
  readonly type: string;
  readonly data: TensorData | ArrayLike<number>;
  readonly dims: readonly number[];
}

export interface OnnxModel {
  /** File name without its folder. */
  readonly name: string;
  /** SHA-256 of the file. */
  readonly hash: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Element type of an input where the model says it: "float32", "int64". */
  typeOf(input: string): string | undefined;
  /** Throws `expert-failed`. */
  run(feeds: Readonly<Record<string, OnnxTensor>>): Promise<Readonly<Record<string, OnnxTensor>>>;
  close(): Promise<void>;
}

/** As much of the runtime as is used here. */
interface Runtime {
  readonly Tensor: new (type: string, data: unknown, dims: readonly number[]) => OnnxTensor;
  readonly InferenceSession: {
    create(
      bytes: Uint8Array,
      options: Readonly<Record<string, unknown>>,
    ): Promise<{
      readonly inputNames: readonly string[];
      readonly outputNames: readonly string[];
      readonly inputMetadata?: readonly { readonly name: string; readonly type?: string }[];
      run(feeds: Readonly<Record<string, OnnxTensor>>): Promise<Readonly<Record<string, OnnxTensor>>>;
      release(): Promise<void>;
    }>;
  };
}

async function runtime(): Promise<Runtime> {
  try {
    return (await import('onnxruntime-node')) as unknown as Runtime;
  } catch (cause) {
    throw new OverreadError(
      'dependency-missing',
      `ONNX models need the package onnxruntime-node (${messageOf(cause).split('\n')[0]}): npm install onnxruntime-node.`,
      { cause },
    );
  }
}

/** Only errors of the runtime are logged by it; ours say the rest. */
const QUIET = 3;

/** Opens a model. Throws `file-not-found`, `file-corrupt` for what the runtime cannot load, `dependency-missing`. */
export async function openOnnx(path: string): Promise<OnnxModel> {
  const name = basename(path);
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw new OverreadError('file-not-found', `There is no ONNX model at "${name}": check the path.`, {
      cause,
    });
  }
  const { InferenceSession, Tensor } = await runtime();
  const session = await InferenceSession.create(bytes, { logSeverityLevel: QUIET }).catch(
    (cause: unknown) => {
      throw new OverreadError(
        'file-corrupt',
        `${name} is no ONNX model that can be run (${messageOf(cause).slice(0, 200)}): export it again.`,
        { cause },
      );
    },
  );
  const types = new Map(session.inputMetadata?.map((input) => [input.name, input.type]));
  return {
    name,
    hash: sha256(bytes),
    inputs: session.inputNames,
    outputs: session.outputNames,
    typeOf: (input) => types.get(input),
    async run(feeds) {
      const tensors = Object.fromEntries(
        Object.entries(feeds).map(([input, { type, data, dims }]) => [input, new Tensor(type, data, dims)]),
      );
      try {
        return await session.run(tensors);
      } catch (cause) {
        throw new OverreadError(
          'expert-failed',
          `${name} could not be run (${messageOf(cause).slice(0, 200)}): check its inputs against encoder.json.`,
          { cause },
        );
      }
    },
    close: () => session.release(),
  };
}
