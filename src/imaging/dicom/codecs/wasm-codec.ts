// WebAssembly codecs: loaded on first use, thrown away after any failure, since a trap leaves their heap in disorder.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { CodecFailure, type Samples } from './codec.ts';

/** The decoder classes of the Cornerstone codecs share this much. */
export interface WasmDecoder {
  getEncodedBuffer(length: number): Uint8Array;
  getDecodedBuffer(): Uint8Array;
  decode(): void;
  getFrameInfo(): {
    width: number;
    height: number;
    bitsPerSample: number;
    componentCount: number;
    isSigned?: boolean;
    isUsingColorTransform?: boolean;
  };
  delete(): void;
}

export interface WasmModule {
  readonly [decoder: string]: (new () => WasmDecoder) | undefined;
}

type Factory = (options: Record<string, unknown>) => Promise<WasmModule>;

const require = createRequire(import.meta.url);
const instances = new Map<string, { readonly module: Promise<WasmModule>; uses: number }>();
const programs = new Map<string, Uint8Array>();
/** Uses of an instance before it is renewed, so that a leak inside a codec stays bounded. */
const USES = 4096;

function instantiate(script: string, wasm: string): Promise<WasmModule> {
  const program = programs.get(wasm) ?? readFileSync(require.resolve(wasm));
  programs.set(wasm, program);
  const quiet = () => {};
  const factory = require(script) as Factory;
  // A codec reports failure by throwing; what it prints besides would land in the middle of our output.
  return factory({ wasmBinary: program, print: quiet, printErr: quiet });
}

interface Codec {
  /** The codec's Emscripten glue and its program, as package exports. */
  readonly script: string;
  readonly wasm: string;
  /** Name of the decoder class. */
  readonly decoder: string;
  /** As messages call the codec. */
  readonly name: string;
}

function running({ script, wasm }: Codec): Promise<WasmModule> {
  const known = instances.get(script);
  if (known !== undefined && known.uses < USES) {
    known.uses += 1;
    return known.module;
  }
  const module = instantiate(script, wasm);
  instances.set(script, { module, uses: 1 });
  return module;
}

/** Runs `decode` with a decoder of the codec, and renews the codec when it fails in any way. */
export async function withDecoder<T>(codec: Codec, decode: (decoder: WasmDecoder) => T): Promise<T> {
  for (;;) {
    const promise = running(codec);
    try {
      const module = await promise;
      // Another frame may have broken this instance while we waited for it.
      if (instances.get(codec.script)?.module !== promise) continue;
      const Decoder = module[codec.decoder];
      if (Decoder === undefined) throw new Error(`${codec.script} has no ${codec.decoder}`);
      const decoder = new Decoder();
      const result = decode(decoder);
      decoder.delete();
      return result;
    } catch (cause) {
      if (instances.get(codec.script)?.module === promise) instances.delete(codec.script);
      if (cause instanceof CodecFailure) throw cause;
      throw new CodecFailure('file-corrupt', `the ${codec.name} decoder gave up`, { cause });
    }
  }
}

/** Copies decoded bytes out of a codec's heap as samples of `bits` bits. */
export function copySamples(decoded: Uint8Array, bits: number, signed: boolean, count: number): Samples {
  const size = bits <= 8 ? 1 : bits <= 16 ? 2 : 4;
  if (decoded.length < count * size)
    throw new CodecFailure('file-corrupt', 'the decoder returned too few samples');
  const bytes = new Uint8Array(count * size);
  bytes.set(decoded.subarray(0, count * size));
  const { buffer } = bytes;
  if (size === 1) return signed ? new Int8Array(buffer) : bytes;
  if (size === 2) return signed ? new Int16Array(buffer) : new Uint16Array(buffer);
  return signed ? new Int32Array(buffer) : new Uint32Array(buffer);
}
