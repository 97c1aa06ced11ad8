// NIfTI files for tests, written field by field from the standard and apart from the package's own writer.

export interface NiftiSample {
  readonly version?: 1 | 2;
  readonly bigEndian?: boolean;
  /** NIfTI datatype code. Default 4 (int16). */
  readonly datatype?: number;
  /** dim[0] … dim[7]; the rest is 1. Default 3D of 3 × 4 × 5. */
  readonly dim?: readonly number[];
  /** pixdim[0] … pixdim[3]. Default [1, 1, 1, 1]. */
  readonly pixdim?: readonly number[];
  readonly slope?: number;
  readonly inter?: number;
  readonly units?: number;
  readonly qform?: { code: number; quatern: readonly number[]; offset: readonly number[] };
  readonly sform?: { code: number; rows: readonly number[] };
  readonly magic?: string;
  readonly voxOffset?: number;
}

const SETTERS: Readonly<
  Record<number, readonly [bytes: number, set: (view: DataView, at: number, v: number, le: boolean) => void]>
> = {
  2: [1, (view, at, v) => view.setUint8(at, v)],
  4: [2, (view, at, v, le) => view.setInt16(at, v, le)],
  8: [4, (view, at, v, le) => view.setInt32(at, v, le)],
  16: [4, (view, at, v, le) => view.setFloat32(at, v, le)],
  64: [8, (view, at, v, le) => view.setFloat64(at, v, le)],
  256: [1, (view, at, v) => view.setInt8(at, v)],
  512: [2, (view, at, v, le) => view.setUint16(at, v, le)],
  768: [4, (view, at, v, le) => view.setUint32(at, v, le)],
  1024: [8, (view, at, v, le) => view.setBigInt64(at, BigInt(v), le)],
  1280: [8, (view, at, v, le) => view.setBigUint64(at, BigInt(v), le)],
};

/** Header and voxels as one file; with magic "ni1" the header alone. */
export function niftiSample(sample: NiftiSample, voxels: readonly number[]): Buffer<ArrayBuffer> {
  const version = sample.version ?? 1;
  const le = !(sample.bigEndian ?? false);
  const datatype = sample.datatype ?? 4;
  const [size, set] = SETTERS[datatype] ?? [3, () => undefined];
  const headerBytes = version === 1 ? 348 : 540;
  const voxOffset = sample.voxOffset ?? headerBytes + 4;
  const magic = sample.magic ?? `n+${version}`;
  const pair = magic.startsWith('ni');
  const bytes = new ArrayBuffer(pair ? headerBytes : voxOffset + voxels.length * size);
  const view = new DataView(bytes);
  const dim = [...(sample.dim ?? [3, 3, 4, 5]), 1, 1, 1, 1, 1, 1, 1, 1].slice(0, 8);
  const pixdim = [...(sample.pixdim ?? [1, 1, 1, 1]), 0, 0, 0, 0].slice(0, 8);
  const qform = sample.qform ?? { code: 0, quatern: [0, 0, 0], offset: [0, 0, 0] };
  const sform = sample.sform ?? { code: 0, rows: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0] };
  const real = (at: number, list: readonly number[]) => {
    for (const [index, v] of list.entries())
      if (version === 1) view.setFloat32(at + 4 * index, v, le);
      else view.setFloat64(at + 8 * index, v, le);
  };
  view.setInt32(0, headerBytes, le);
  if (version === 1) {
    for (const [index, n] of dim.entries()) view.setInt16(40 + 2 * index, n, le);
    view.setInt16(70, datatype, le);
    view.setInt16(72, size * 8, le);
    real(76, pixdim);
    real(108, [pair ? 0 : voxOffset, sample.slope ?? 1, sample.inter ?? 0]);
    view.setUint8(123, sample.units ?? 2);
    view.setInt16(252, qform.code, le);
    view.setInt16(254, sform.code, le);
    real(256, [...qform.quatern, ...qform.offset]);
    real(280, sform.rows);
    for (const [index, letter] of [...magic].entries()) view.setUint8(344 + index, letter.charCodeAt(0));
  } else {
    for (const [index, letter] of [...magic].entries()) view.setUint8(4 + index, letter.charCodeAt(0));
    view.setInt16(12, datatype, le);
    view.setInt16(14, size * 8, le);
    for (const [index, n] of dim.entries()) view.setBigInt64(16 + 8 * index, BigInt(n), le);
    real(104, pixdim);
    view.setBigInt64(168, BigInt(pair ? 0 : voxOffset), le);
    real(176, [sample.slope ?? 1, sample.inter ?? 0]);
    view.setInt32(344, qform.code, le);
    view.setInt32(348, sform.code, le);
    real(352, [...qform.quatern, ...qform.offset]);
    real(400, sform.rows);
    view.setInt32(500, sample.units ?? 2, le);
  }
  if (!pair) for (const [index, v] of voxels.entries()) set(view, voxOffset + index * size, v, le);
  return Buffer.from(bytes);
}

/** The voxels alone, for the .img of a pair. */
export function voxelBytes(sample: NiftiSample, voxels: readonly number[]): Buffer {
  return niftiSample({ ...sample, magic: undefined, voxOffset: 600 }, voxels).subarray(600);
}
