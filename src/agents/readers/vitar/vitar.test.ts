import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { notes } from '../../regions/logged-reads.ts';
import { tagged } from '../../regions/reply-tags.ts';
import { readPictures } from '../../regions/testing/reading.ts';
import vitar from './index.ts';
import { readAct, type Tags, tagsOf, untagged } from './protocol.ts';

const tags: Tags = { think: 'think', act: 'act', rethink: 'rethink', answer: 'answer' };
const picture = { width: 20, height: 10, channels: 1 as const, data: new Uint8Array(200).fill(80) };
const ACT = '<think>left</think><act>[{"box": [0, 0, 500, 1000]}]</act>';
const ANSWER = '<rethink>bright after all</rethink><answer>B</answer>';

describe('ViTAR’s tags', () => {
  it('hold what is between them, the last of a name counting, one that is cut off reaching to the end', () => {
    expect(tagged('<act>[1]</act> no: <ACT> [2] </ACT>', 'act')).toBe('[2]');
    expect(tagged('<answer>B', 'answer')).toBe('B');
    expect(tagged('B', 'answer')).toBeUndefined();
    expect(untagged('<think>A or B</think> I say B.', tags)).toBe('I say B.');
  });
  it('can have other names, four different ones', () => {
    expect(tagsOf('reason, mark, review, final')).toMatchObject({ ok: true, value: { act: 'mark' } });
    expect(tagsOf('a,b,c').ok).toBe(false);
    expect(tagsOf('a,b,c,a').ok).toBe(false);
    expect(tagsOf('a,b,c,<d>').ok).toBe(false);
  });
  it('are read from any reply without an exception', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        tagged(text, 'act');
        untagged(text, tags);
        readAct(text, { coordinates: 'fractions', pictures: [picture] });
      }),
    );
  });
});

describe('vitar', () => {
  it('shows the marked region before it is answered, and sends all that went before again', async () => {
    const { outcome, seen } = await readPictures(vitar, { pictures: [picture], replies: [ACT, ANSWER] });
    expect(outcome).toMatchObject({ status: 'answered', answer: { kind: 'choice', letter: 'B' } });
    expect(seen).toHaveLength(2);
    expect(seen[0].turns.at(-1)?.text).toContain('Do not answer yet');
    expect(seen[1].turns.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    // The whole, the whole with a frame, the left half enlarged with its margin.
    expect(seen[1].pictures.map(({ width, height }) => [width, height])).toEqual([
      [20, 10],
      [20, 10],
      [512, 465],
    ]);
    expect(notes(outcome, 'vitar:act')).toMatchObject([
      { result: { boxes: [{ box: [0, 0, 10, 10], picture: 0 }] } },
    ]);
  });
  it('with one round asks once and shows nothing more', async () => {
    const { outcome, seen } = await readPictures(vitar, {
      pictures: [picture],
      replies: ['<think>dark</think><answer>A</answer>'],
      options: { rounds: '1' },
    });
    expect(seen).toHaveLength(1);
    expect(outcome).toMatchObject({ answer: { letter: 'A' } });
  });
  it('asks once more for regions that cannot be used, then goes on without them', async () => {
    const mended = await readPictures(vitar, { pictures: [picture], replies: ['Left.', ACT, ANSWER] });
    expect(mended.seen[1].turns.at(-1)?.text).toContain('there is no JSON');
    expect(mended.seen[2].pictures).toHaveLength(3);
    const lost = await readPictures(vitar, {
      pictures: [picture],
      replies: ['Left.', '<act>[[0, 0, 0, 0]]</act>', 'The answer is B'],
    });
    expect(lost.seen).toHaveLength(3);
    expect(lost.seen[2].pictures).toHaveLength(1);
    expect(lost.outcome).toMatchObject({ status: 'answered', answer: { letter: 'B' } });
    expect(notes(lost.outcome, 'vitar:act')).toHaveLength(2);
  });
  it('takes an answer that comes at once, and says so', async () => {
    const { outcome, seen } = await readPictures(vitar, { pictures: [picture], replies: [ANSWER] });
    expect(seen).toHaveLength(1);
    expect(outcome).toMatchObject({ answer: { letter: 'B' } });
    expect(notes(outcome, 'vitar:act')).toMatchObject([{ result: { answeredAtOnce: true } }]);
  });
  it('looks as often as there are rounds', async () => {
    const { seen } = await readPictures(vitar, {
      pictures: [picture],
      replies: [ACT, ACT, ANSWER],
      options: { rounds: '3', feedback: 'mark' },
    });
    expect(seen.map(({ pictures }) => pictures.length)).toEqual([1, 2, 3]);
  });
  it('words in a picture’s region open nothing: only boxes of shown pictures are taken', async () => {
    const { outcome } = await readPictures(vitar, {
      pictures: [picture],
      replies: ['<act>[{"box": [0,0,900,900], "picture": 7, "file": "/etc/passwd"}]</act>', ACT, ANSWER],
    });
    expect(notes(outcome, 'vitar:act')[0].result).toEqual({ unreadable: 'there is no picture 7' });
  });
  it('refuses an option that it cannot follow', async () => {
    const read = (options: Record<string, string>) =>
      readPictures(vitar, { pictures: [picture], replies: [ACT], options });
    await expect(read({ feedback: 'sound' })).rejects.toMatchObject({ code: 'bad-argument' });
    await expect(read({ rounds: '0' })).rejects.toMatchObject({ code: 'bad-argument' });
  });
});
