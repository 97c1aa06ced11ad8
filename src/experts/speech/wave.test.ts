import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readWave, resampled, type Wave, waveBytes } from './wave.ts';

const tone = (hertz: number, rate: number, seconds: number): Wave => ({
  rate,
  samples: Float32Array.from({ length: Math.round(rate * seconds) }, (_, at) =>
    Math.sin((2 * Math.PI * hertz * at) / rate),
  ),
});
/** Root mean square without the first and last 20 ms, where the filter has nothing on one side. */
function loudness({ rate, samples }: Wave): number {
  const edge = Math.round(rate * 0.02);
  const inner = samples.subarray(edge, samples.length - edge);
  return Math.sqrt(inner.reduce((sum, value) => sum + value * value, 0) / inner.length);
}

describe('WAV files', () => {
  it('16-bit samples come back as they were, to half a step', () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { maxLength: 200 }),
        fc.integer({ min: 4000, max: 96_000 }),
        (values, rate) => {
          const back = readWave(waveBytes({ rate, samples: Float32Array.from(values) }));
          expect(back.rate).toBe(rate);
          for (const [at, value] of values.entries())
            expect(Math.abs(back.samples[at] - value)).toBeLessThan(1 / 16_384);
        },
      ),
    );
  });

  it('channels are averaged, chunks that are not sound are skipped', () => {
    const sound = Buffer.from(waveBytes({ rate: 8000, samples: new Float32Array(4) }));
    sound.writeUInt16LE(2, 22);
    for (const [at, value] of [1000, 3000, -2000, 2000].entries()) sound.writeInt16LE(value, 44 + at * 2);
    const note = Buffer.from('LIST\u0003\u0000\u0000\u0000abc\u0000', 'latin1');
    const { samples } = readWave(Buffer.concat([sound.subarray(0, 36), note, sound.subarray(36)]));
    expect([...samples]).toEqual([Math.fround(2000 / 32_768), 0]);
  });

  it('24-bit and float samples, and a length that nobody knew beforehand', () => {
    const sound = Buffer.from(waveBytes({ rate: 8000, samples: new Float32Array(6) }));
    sound.writeUInt16LE(24, 34);
    sound.writeUInt32LE(0x7fff_ff00, 40);
    sound.writeIntLE(-4_194_304, 44, 3);
    expect(readWave(sound).samples[0]).toBe(-0.5);
    sound.writeUInt16LE(3, 20);
    sound.writeUInt16LE(32, 34);
    sound.writeFloatLE(0.25, 44);
    expect(readWave(sound).samples[0]).toBe(0.25);
  });

  it('anything else is no sound, whatever its bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        expect(() => readWave(bytes)).toThrow(expect.objectContaining({ code: 'file-corrupt' }));
      }),
    );
    const sound = waveBytes(tone(100, 8000, 0.01));
    for (let end = 0; end < 44; end++)
      expect(() => readWave(sound.subarray(0, end))).toThrow(
        expect.objectContaining({ code: 'file-corrupt' }),
      );
  });
});

describe('a sound at another rate', () => {
  it('keeps what is heard at both, and drops what the lower cannot carry', () => {
    for (const [from, to] of [
      [22_050, 16_000],
      [8000, 16_000],
      [48_000, 16_000],
    ]) {
      const heard = resampled(tone(1000, from, 0.3), to);
      expect(heard.samples.length).toBe(Math.round(to * 0.3));
      expect(loudness(heard)).toBeCloseTo(Math.SQRT1_2, 2);
      const wanted = tone(1000, to, 0.3);
      for (let at = 1000; at < 1100; at++) expect(heard.samples[at]).toBeCloseTo(wanted.samples[at], 2);
    }
    // 10 kHz would fold back to 6 kHz at 16,000 samples a second.
    expect(loudness(resampled(tone(10_000, 22_050, 0.3), 16_000))).toBeLessThan(0.01);
  });
});
