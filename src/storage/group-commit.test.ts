import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { groupCommit } from './group-commit.ts';

describe('group commit', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('resolves no write before its transaction, and none later than 50 ms', async () => {
    const batches: number[][] = [];
    const group = groupCommit<number>((batch) => void batches.push([...batch]));
    const resolved: number[] = [];
    for (const n of [1, 2, 3]) group.add(n).then(() => resolved.push(n));
    await Promise.resolve();
    expect([batches, resolved]).toEqual([[], []]);
    await vi.advanceTimersByTimeAsync(50);
    expect(batches).toEqual([[1, 2, 3]]);
    expect(resolved).toEqual([1, 2, 3]);
  });

  it('waits longer for company after a slow transaction, but never over the limit', async () => {
    let clock = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => clock);
    const sizes: number[] = [];
    const group = groupCommit<number>((batch) => {
      sizes.push(batch.length);
      clock += 8;
    });
    void group.add(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(sizes).toEqual([1]);
    void group.add(2);
    await vi.advanceTimersByTimeAsync(31);
    expect(sizes).toEqual([1]);
    await vi.advanceTimersByTimeAsync(1);
    expect(sizes).toEqual([1, 1]);
    vi.restoreAllMocks();
  });

  it('writes a full queue at once, in order', async () => {
    const batches: number[][] = [];
    const group = groupCommit<number>((batch) => void batches.push([...batch]), { maxBatch: 2 });
    await Promise.all([group.add(1), group.add(2)]);
    expect(batches).toEqual([[1, 2]]);
  });

  it('fails every write of a failed transaction and goes on with the next', async () => {
    let broken = true;
    const group = groupCommit<number>(() => {
      if (broken) throw new Error('full');
    });
    const outcomes = Promise.allSettled([group.add(1), group.add(2)]);
    await vi.advanceTimersByTimeAsync(50);
    expect((await outcomes).map((o) => o.status)).toEqual(['rejected', 'rejected']);
    broken = false;
    const next = group.add(3);
    await vi.advanceTimersByTimeAsync(50);
    await expect(next).resolves.toBeUndefined();
  });
});
