// Python's random module for whole-number seeds: a split made there can be made again here.

const N = 624;
const M = 397;

export interface PythonRandom {
  /** 32 bits. */
  bits32(): number;
  /** random.getrandbits(k), k from 1 to 32. */
  getrandbits(k: number): number;
  /** random.random(): 53 bits. */
  random(): number;
  /** random.randrange(n) for n up to 2³². */
  randrange(n: number): number;
  /** random.shuffle, in place as in Python, here as a copy. */
  shuffle<T>(items: readonly T[]): T[];
}

/** The generator after random.seed(seed), for a non-negative integer below 2³² (MT19937, init_by_array). */
export function pythonRandom(seed: number): PythonRandom {
  const state = new Uint32Array(N);
  state[0] = 19650218;
  for (let i = 1; i < N; i++) state[i] = Math.imul(1812433253, state[i - 1] ^ (state[i - 1] >>> 30)) + i;
  let i = 1;
  for (let k = N; k > 0; k--) {
    state[i] = (state[i] ^ Math.imul(state[i - 1] ^ (state[i - 1] >>> 30), 1664525)) + (seed >>> 0);
    if (++i >= N) {
      state[0] = state[N - 1];
      i = 1;
    }
  }
  for (let k = N - 1; k > 0; k--) {
    state[i] = (state[i] ^ Math.imul(state[i - 1] ^ (state[i - 1] >>> 30), 1566083941)) - i;
    if (++i >= N) {
      state[0] = state[N - 1];
      i = 1;
    }
  }
  state[0] = 0x80000000;
  let at = N;
  const twist = () => {
    for (let k = 0; k < N; k++) {
      const y = (state[k] & 0x80000000) | (state[(k + 1) % N] & 0x7fffffff);
      state[k] = state[(k + M) % N] ^ (y >>> 1) ^ ((y & 1) === 0 ? 0 : 0x9908b0df);
    }
    at = 0;
  };
  const bits32 = (): number => {
    if (at >= N) twist();
    let y = state[at++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  };
  const getrandbits = (k: number) => bits32() >>> (32 - k);
  const randrange = (n: number): number => {
    const k = 32 - Math.clz32(n);
    let drawn = getrandbits(k);
    while (drawn >= n) drawn = getrandbits(k);
    return drawn;
  };
  return {
    bits32,
    getrandbits,
    random: () => ((bits32() >>> 5) * 67108864 + (bits32() >>> 6)) / 9007199254740992,
    randrange,
    shuffle(items) {
      const copy = [...items];
      for (let last = copy.length - 1; last > 0; last--) {
        const other = randrange(last + 1);
        [copy[last], copy[other]] = [copy[other], copy[last]];
      }
      return copy;
    },
  };
}
