// Inverse 8 × 8 DCT in 13-bit fixed point (Loeffler, Ligtenberg, Moschytz, ICASSP 1989).

/** Natural position of the n-th coefficient of the zigzag. */
export const ZIGZAG = Uint8Array.from([
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7,
  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46,
  53, 60, 61, 54, 47, 55, 62, 63,
]);

const FRACTION = 13;
const fixed = (value: number) => Math.round(value * 2 ** FRACTION);
// Rotations of the odd and even parts; names give the value.
const C0_298 = fixed(0.298631336);
const C0_390 = fixed(0.390180644);
const C0_541 = fixed(0.5411961);
const C0_765 = fixed(0.765366865);
const C0_899 = fixed(0.899976223);
const C1_175 = fixed(1.175875602);
const C1_501 = fixed(1.50132111);
const C1_847 = fixed(1.847759065);
const C1_961 = fixed(1.96157056);
const C2_053 = fixed(2.053119869);
const C2_562 = fixed(2.562915447);
const C3_072 = fixed(3.072711026);

/** One-dimensional transform of eight numbers `step` apart, in place, each result rounded and shifted right. */
function transform(a: Int32Array, at: number, step: number, shift: number): void {
  const round = 1 << (shift - 1);
  const i2 = a[at + 2 * step];
  const i6 = a[at + 6 * step];
  const even = (i2 + i6) * C0_541;
  const e2 = even - i6 * C1_847;
  const e3 = even + i2 * C0_765;
  const e0 = (a[at] + a[at + 4 * step]) * 2 ** FRACTION;
  const e1 = (a[at] - a[at + 4 * step]) * 2 ** FRACTION;
  const s0 = e0 + e3;
  const s3 = e0 - e3;
  const s1 = e1 + e2;
  const s2 = e1 - e2;
  const i7 = a[at + 7 * step];
  const i5 = a[at + 5 * step];
  const i3 = a[at + 3 * step];
  const i1 = a[at + step];
  const common = (i7 + i3 + i5 + i1) * C1_175;
  const z1 = -(i7 + i1) * C0_899;
  const z2 = -(i5 + i3) * C2_562;
  const z3 = common - (i7 + i3) * C1_961;
  const z4 = common - (i5 + i1) * C0_390;
  const o0 = i7 * C0_298 + z1 + z3;
  const o1 = i5 * C2_053 + z2 + z4;
  const o2 = i3 * C3_072 + z2 + z3;
  const o3 = i1 * C1_501 + z1 + z4;
  a[at] = (s0 + o3 + round) >> shift;
  a[at + 7 * step] = (s0 - o3 + round) >> shift;
  a[at + step] = (s1 + o2 + round) >> shift;
  a[at + 6 * step] = (s1 - o2 + round) >> shift;
  a[at + 2 * step] = (s2 + o1 + round) >> shift;
  a[at + 5 * step] = (s2 - o1 + round) >> shift;
  a[at + 3 * step] = (s3 + o0 + round) >> shift;
  a[at + 4 * step] = (s3 - o0 + round) >> shift;
}

/**
 * Dequantises one block and writes its 64 samples of `bits` bits, level-shifted and clamped, at `start` of `out`.
 * `block` and `quantisation` are in natural order; `work` is scratch of 64.
 */
export function inverseDct(
  block: Int32Array,
  quantisation: Int32Array,
  work: Int32Array,
  bits: number,
  out: Uint16Array,
  start: number,
  stride: number,
): void {
  // Bits kept between the passes: two fit 32-bit sums for 8-bit samples, one for 12-bit samples.
  const kept = bits === 8 ? 2 : 1;
  for (let n = 0; n < 64; n++) work[n] = block[n] * quantisation[n];
  for (let column = 0; column < 8; column++) transform(work, column, 8, FRACTION - kept);
  const centre = 1 << (bits - 1);
  const most = (1 << bits) - 1;
  for (let row = 0; row < 8; row++) {
    transform(work, row * 8, 1, FRACTION + kept + 3);
    for (let column = 0; column < 8; column++) {
      const value = work[row * 8 + column] + centre;
      out[start + row * stride + column] = value < 0 ? 0 : value > most ? most : value;
    }
  }
}
