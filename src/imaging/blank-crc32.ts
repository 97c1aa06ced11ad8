// The CRC-32 of what ends in a long run of zero bytes, without reading the zeros.

/** The polynomial of CRC-32, and 1, both with the coefficient of x⁰ in the highest bit. */
const POLYNOMIAL = 0xedb88320;
const ONE = 0x80000000;

/** The product of two polynomials over GF(2) modulo that of CRC-32. */
function times(a: number, b: number): number {
  let product = 0;
  for (let bit = ONE, power = b; bit !== 0; bit >>>= 1) {
    if ((a & bit) !== 0) product ^= power;
    power = (power & 1) !== 0 ? (power >>> 1) ^ POLYNOMIAL : power >>> 1;
  }
  return product >>> 0;
}

/** x to the power of 8 · 2ⁿ: what 2ⁿ zero bytes do to the sum. */
const POWERS: number[] = [0x00800000];
for (let n = 1; n < 53; n++) POWERS.push(times(POWERS[n - 1], POWERS[n - 1]));

/** The sum of `bytes` zeros after something with the sum `crc`; both as zlib gives them. */
export function blankCrc32(crc: number, bytes: number): number {
  let power = ONE;
  for (let n = 0, rest = bytes; rest > 0; n++, rest = Math.floor(rest / 2))
    if (rest % 2 === 1) power = times(power, POWERS[n]);
  return ~times(~crc >>> 0, power) >>> 0;
}
