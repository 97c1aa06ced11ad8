// JPEG's DCT processes with 8 or 12 bits: sequential, spectral selection and full progression (ITU-T T.81 annexes F, G).
import { CodecFailure, type CodedImage, checkShape, type FrameShape } from './codec.ts';
import { BitReader, type HuffmanTable } from './jpeg-bits.ts';
import { inverseDct, ZIGZAG } from './jpeg-idct.ts';
import { type JpegFrame, type Scan, walkJpeg } from './jpeg-segments.ts';
import { upsample } from './jpeg-upsample.ts';

/** One component: coefficients of its blocks in zigzag order, and the size of its samples. */
interface Plane {
  readonly coefficients: Int16Array;
  /** Blocks that the image needs, and blocks stored (whole MCUs). */
  readonly blocksWide: number;
  readonly blocksHigh: number;
  readonly stride: number;
  readonly h: number;
  readonly v: number;
  readonly width: number;
  readonly height: number;
  quantisation: Uint16Array | undefined;
}

function planesOf(frame: JpegFrame): Plane[] {
  const mcusWide = Math.ceil(frame.width / (8 * frame.hMax));
  const mcusHigh = Math.ceil(frame.height / (8 * frame.vMax));
  return frame.components.map(({ h, v }) => {
    const width = Math.ceil((frame.width * h) / frame.hMax);
    const height = Math.ceil((frame.height * v) / frame.vMax);
    const stride = mcusWide * h;
    return {
      coefficients: new Int16Array(stride * mcusHigh * v * 64),
      blocksWide: Math.ceil(width / 8),
      blocksHigh: Math.ceil(height / 8),
      ...{ stride, h, v, width, height, quantisation: undefined },
    };
  });
}

/** State that lives from one block to the next within a scan. */
interface ScanState {
  readonly reader: BitReader;
  readonly predictions: Int32Array;
  endOfBandRun: number;
}

type BlockDecoder = (
  state: ScanState,
  coefficients: Int16Array,
  block: number,
  component: number,
  tables: { dc?: HuffmanTable; ac?: HuffmanTable },
) => void;

function tableOf(table: HuffmanTable | undefined): HuffmanTable {
  if (table === undefined)
    throw new CodecFailure('file-corrupt', 'a JPEG scan uses a Huffman table that is not there');
  return table;
}

function sequentialBlock(): BlockDecoder {
  return (state, out, block, component, tables) => {
    const { reader } = state;
    const dc = tableOf(tables.dc);
    const ac = tableOf(tables.ac);
    state.predictions[component] += reader.extend(reader.decode(dc) & 15);
    out[block] = state.predictions[component];
    for (let k = 1; k < 64; k++) {
      const symbol = reader.decode(ac);
      const size = symbol & 15;
      if (size === 0) {
        if (symbol >> 4 < 15) return;
        k += 15;
        continue;
      }
      k += symbol >> 4;
      const value = reader.extend(size);
      if (k < 64) out[block + k] = value;
    }
  };
}

function dcBlock(scan: Scan): BlockDecoder {
  if (scan.high > 0)
    return (state, out, block) => {
      if (state.reader.receive(1) === 1) out[block] |= 1 << scan.low;
    };
  return (state, out, block, component, tables) => {
    state.predictions[component] += state.reader.extend(state.reader.decode(tableOf(tables.dc)) & 15);
    out[block] = state.predictions[component] << scan.low;
  };
}

function acFirstBlock(scan: Scan): BlockDecoder {
  return (state, out, block, _component, tables) => {
    if (state.endOfBandRun > 0) {
      state.endOfBandRun -= 1;
      return;
    }
    const { reader } = state;
    const ac = tableOf(tables.ac);
    for (let k = scan.start; k <= scan.end; k++) {
      const symbol = reader.decode(ac);
      const run = symbol >> 4;
      const size = symbol & 15;
      if (size === 0) {
        if (run < 15) {
          state.endOfBandRun = (1 << run) - 1 + reader.receive(run);
          return;
        }
        k += 15;
        continue;
      }
      k += run;
      const value = reader.extend(size) << scan.low;
      if (k < 64) out[block + k] = value;
    }
  };
}

function acRefineBlock(scan: Scan): BlockDecoder {
  const plus = 1 << scan.low;
  return (state, out, block, _component, tables) => {
    const { reader } = state;
    const correct = (at: number) => {
      if (reader.receive(1) === 1 && (out[at] & plus) === 0) out[at] += out[at] >= 0 ? plus : -plus;
    };
    let k = scan.start;
    if (state.endOfBandRun === 0) {
      const ac = tableOf(tables.ac);
      for (; k <= scan.end; k++) {
        const symbol = reader.decode(ac);
        let run = symbol >> 4;
        let value = 0;
        if ((symbol & 15) !== 0) value = reader.receive(1) === 1 ? plus : -plus;
        else if (run < 15) {
          state.endOfBandRun = (1 << run) + reader.receive(run);
          break;
        }
        // Skip `run` zeros; coefficients that are set already take a correction bit each.
        for (; k <= scan.end; k++) {
          if (out[block + k] !== 0) correct(block + k);
          else if (run-- === 0) break;
        }
        if (value !== 0 && k <= scan.end) out[block + k] = value;
      }
    }
    if (state.endOfBandRun > 0) {
      for (; k <= scan.end; k++) if (out[block + k] !== 0) correct(block + k);
      state.endOfBandRun -= 1;
    }
  };
}

function blockDecoder(frame: JpegFrame, scan: Scan): BlockDecoder {
  if (frame.marker !== 0xc2) return sequentialBlock();
  if (scan.start > scan.end || scan.end > 63 || scan.low > 13)
    throw new CodecFailure('file-corrupt', 'its JPEG scan header is damaged');
  if (scan.start === 0) return dcBlock(scan);
  return scan.high === 0 ? acFirstBlock(scan) : acRefineBlock(scan);
}

function decodeScan(bytes: Uint8Array, frame: JpegFrame, scan: Scan, planes: readonly Plane[]): void {
  const decode = blockDecoder(frame, scan);
  const reader = new BitReader(bytes, scan.at);
  const state: ScanState = { reader, predictions: new Int32Array(4), endOfBandRun: 0 };
  const single = scan.components.length === 1;
  const first = planes[scan.components[0].index];
  const wide = single ? first.blocksWide : Math.ceil(frame.width / (8 * frame.hMax));
  const high = single ? first.blocksHigh : Math.ceil(frame.height / (8 * frame.vMax));
  for (const { index } of scan.components)
    planes[index].quantisation ??= scan.quantisation[frame.components[index].quantisation];
  for (let mcu = 0; mcu < wide * high; mcu++) {
    if (scan.restartInterval > 0 && mcu > 0 && mcu % scan.restartInterval === 0) {
      reader.restart();
      state.predictions.fill(0);
      state.endOfBandRun = 0;
    }
    const column = mcu % wide;
    const row = (mcu - column) / wide;
    if (single) {
      const [{ index, ...tables }] = scan.components;
      decode(state, first.coefficients, (row * first.stride + column) * 64, index, tables);
    } else
      for (const component of scan.components) {
        const { coefficients, stride, h, v } = planes[component.index];
        for (let y = 0; y < v; y++)
          for (let x = 0; x < h; x++) {
            const block = ((row * v + y) * stride + column * h + x) * 64;
            decode(state, coefficients, block, component.index, component);
          }
      }
    if (reader.overrun)
      throw new CodecFailure('file-truncated', `its JPEG data end at block ${mcu + 1} of ${wide * high}`);
  }
}

/** Samples of a component from its coefficients: `stride × 8` wide. */
function samplesOf(plane: Plane, bits: number): Uint16Array {
  const { coefficients, stride, quantisation } = plane;
  if (quantisation === undefined)
    throw new CodecFailure('file-corrupt', 'a JPEG quantisation table is missing');
  const natural = new Int32Array(64);
  for (let k = 0; k < 64; k++) natural[ZIGZAG[k]] = quantisation[k];
  const out = new Uint16Array(coefficients.length);
  const width = stride * 8;
  const workspace = new Int32Array(64);
  const block = new Int32Array(64);
  for (let n = 0; n < coefficients.length / 64; n++) {
    for (let k = 0; k < 64; k++) block[ZIGZAG[k]] = coefficients[n * 64 + k];
    const column = n % stride;
    const row = (n - column) / stride;
    inverseDct(block, natural, workspace, bits, out, row * 8 * width + column * 8, width);
  }
  return out;
}

/**
 * Decodes a DCT frame to its stored samples: chroma is brought to full resolution, colours stay as they are coded.
 * The transform is the accurate integer one and chroma is interpolated, as the reference implementation does both,
 * so that lossy images come out as other DICOM software shows them.
 */
export function decodeJpegDct(bytes: Uint8Array, shape: FrameShape): CodedImage {
  let planes: Plane[] | undefined;
  const frame = walkJpeg(bytes, (found, scan) => {
    if (planes === undefined) {
      checkShape({ ...found, components: found.components.length }, shape, 'JPEG');
      if (found.bits !== 8 && found.bits !== 12)
        throw new CodecFailure('file-corrupt', `its JPEG samples have ${found.bits} bits, neither 8 nor 12`);
      planes = planesOf(found);
    }
    decodeScan(bytes, found, scan, planes);
  });
  const { width, height, bits, hMax, vMax } = frame;
  const components = frame.components.length;
  const data =
    bits === 8 ? new Uint8Array(width * height * components) : new Uint16Array(width * height * components);
  for (const [c, plane] of (planes ?? []).entries()) {
    const samples = {
      data: samplesOf(plane, bits),
      stride: plane.stride * 8,
      width: plane.width,
      height: plane.height,
    };
    upsample(samples, hMax / plane.h, vMax / plane.v, { width, height, components, data }, c);
  }
  return { width, height, components, bits, signed: false, data };
}
