// How the viewer comes by its slices, and what its keys do.
import { describe, expect, test } from 'vitest';
import { actionOf, KEY_HELP } from '../../web/src/viewer/engine/keys.ts';
import {
  indicesAround,
  newSliceStore,
  type SliceKey,
  samplesOf,
} from '../../web/src/viewer/engine/slice-store.ts';

const key = (index: number): SliceKey => ({ part: 'image', plane: 'axial', index });
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

/** A server whose replies are given by hand. */
function server(bytesEach = 20, maxBytes = 1000) {
  const asked: number[] = [];
  const broken: number[] = [];
  const replies = new Map<number, { give(): void; fail(): void }>();
  const arrived: number[] = [];
  const store = newSliceStore({
    maxBytes,
    onArrival: ({ index }) => arrived.push(index),
    load: ({ index }, signal) =>
      new Promise((resolve, reject) => {
        asked.push(index);
        signal.addEventListener('abort', () => {
          broken.push(index);
          reject(signal.reason);
        });
        replies.set(index, {
          give: () => resolve({ bytes: new ArrayBuffer(bytesEach), type: 'int16' }),
          fail: () => reject(new Error('gone')),
        });
      }),
  });
  return { store, asked, broken, replies, arrived };
}

describe('slices', () => {
  test('at most six are asked for at a time, the most urgent first', async () => {
    const { store, asked, replies } = server();
    store.want([9, 1, 2, 3, 4, 5, 6, 7].map(key));
    expect(asked).toEqual([9, 1, 2, 3, 4, 5]);
    replies.get(9)?.give();
    await settled();
    expect(asked).toEqual([9, 1, 2, 3, 4, 5, 6]);
    expect(store.image('axial', 9)).toBeInstanceOf(Int16Array);
  });

  test('what is no longer wanted is broken off, and gives way to what is', () => {
    const { store, asked, broken } = server();
    store.want([1, 2, 3, 4, 5, 6].map(key));
    store.want([50, 51, 3].map(key));
    expect(broken.sort()).toEqual([1, 2, 4, 5, 6]);
    expect(asked.slice(6)).toEqual([50, 51]);
  });

  test('no more bytes are kept than allowed: the longest unused go, never what is wanted now', async () => {
    const { store, replies } = server(20, 100);
    for (let index = 0; index < 8; index++) {
      store.want([key(index)]);
      replies.get(index)?.give();
      await settled();
      // Looked at all the time.
      store.image('axial', 0);
    }
    expect(store.bytes).toBeLessThanOrEqual(100);
    expect(store.has(key(0))).toBe(true);
    expect(store.has(key(7))).toBe(true);
    expect(store.has(key(1))).toBe(false);
  });

  test('a slice that failed is not asked for again until somebody says so', async () => {
    const { store, asked, replies } = server();
    store.want([key(3)]);
    replies.get(3)?.fail();
    await settled();
    expect(store.failure(key(3))).toBeInstanceOf(Error);
    store.want([key(3)]);
    expect(asked).toEqual([3]);
    store.forgive();
    store.want([key(3)]);
    expect(asked).toEqual([3, 3]);
  });

  test('after closing, nothing is asked for or told', async () => {
    const { store, asked, arrived, replies, broken } = server();
    store.want([key(1)]);
    store.close();
    replies.get(1)?.give();
    store.want([key(2)]);
    await settled();
    expect({ asked, arrived, broken }).toEqual({ asked: [1], arrived: [], broken: [1] });
  });

  test('ahead in the direction of scrolling comes before behind, and none lies outside of the scan', () => {
    expect(indicesAround(20, 1, 100)).toEqual([20, 21, 19, 22, 18, 23, 17, 24, 25, 26, 27, 28, 29, 30]);
    expect(indicesAround(20, -1, 100).slice(0, 5)).toEqual([20, 19, 21, 18, 22]);
    expect(indicesAround(0, 0, 4)).toEqual([0, 1, 2, 3]);
  });

  test('samples have the type that the server says, and none is guessed', () => {
    const { buffer } = Uint8Array.of(1, 0, 255, 255);
    expect([...samplesOf(buffer, 'int16')]).toEqual([1, -1]);
    expect([...samplesOf(buffer, 'uint16')]).toEqual([1, 65_535]);
    expect([...samplesOf(buffer, 'uint8')]).toEqual([1, 0, 255, 255]);
    expect(() => samplesOf(buffer, 'float64')).toThrow(/unknown type/);
  });
});

describe('keys', () => {
  test('every key that is listed does something', () => {
    const names: Record<string, string> = {
      '↓': 'ArrowDown',
      '↑': 'ArrowUp',
      'Page Down': 'PageDown',
      'Page Up': 'PageUp',
      '−': '-',
      Esc: 'Escape',
    };
    for (const [keys, meaning] of KEY_HELP)
      for (const listed of keys.filter((each) => each !== '…'))
        expect(actionOf(names[listed] ?? listed), `${listed}: ${meaning}`).toBeDefined();
  });

  test('keys of nobody, and names that every object has, do nothing', () => {
    for (const other of ['q', 'ArrowLeft', 'Enter', ' ', 'toString', '__proto__'])
      expect(actionOf(other)).toBeUndefined();
  });
});
