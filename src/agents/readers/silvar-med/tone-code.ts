// A code of tones for words: a stand-in for speech where no recogniser is installed. It is not speech recognition.
import { readWave, type Wave } from '../../../experts/speech/wave.ts';

const RATE = 16_000;
/** Seconds of one word, and of the pause after it. */
const WORD = 0.1;
const PAUSE = 0.02;
const LOWEST = 500;
const APART = 60;

/** Words as tones, one after the other: the n-th word of the vocabulary is a tone of 500 + 60 n Hz. Throws for others. */
export function toneSpeech(words: readonly string[], vocabulary: readonly string[]): Wave {
  const samples = new Float32Array(Math.round((WORD + PAUSE) * RATE) * words.length);
  let at = 0;
  for (const word of words) {
    const place = vocabulary.indexOf(word);
    if (place < 0) throw new RangeError(`The tone code has no word "${word}".`);
    const step = (2 * Math.PI * (LOWEST + APART * place)) / RATE;
    for (let n = 0; n < WORD * RATE; n++) samples[at + n] = 0.5 * Math.sin(step * n);
    at += Math.round((WORD + PAUSE) * RATE);
  }
  return { rate: RATE, samples };
}

/** Share of the energy of `samples` at a frequency (Goertzel's recurrence), about 1 for a pure tone there. */
function shareAt(samples: Float32Array, hertz: number): number {
  const turn = 2 * Math.cos((2 * Math.PI * hertz) / RATE);
  let before = 0;
  let last = 0;
  let energy = 0;
  for (const sample of samples) {
    [before, last] = [last, sample + turn * last - before];
    energy += sample * sample;
  }
  const power = last * last + before * before - turn * last * before;
  return energy === 0 ? 0 : (2 * power) / (energy * samples.length);
}

/** The words of such a sound; noise and silence hold none. */
export function wordsOfTones(bytes: Uint8Array, vocabulary: readonly string[]): string[] {
  const { samples } = readWave(bytes);
  const length = Math.round(WORD * RATE);
  const words: string[] = [];
  for (let at = 0; at + length <= samples.length; at += Math.round((WORD + PAUSE) * RATE)) {
    const piece = samples.subarray(at, at + length);
    const shares = vocabulary.map((_, place) => shareAt(piece, LOWEST + APART * place));
    const best = shares.indexOf(Math.max(...shares));
    if (shares[best] > 0.6) words.push(vocabulary[best]);
  }
  return words;
}
