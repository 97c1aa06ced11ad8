import { describe, expect, it } from 'vitest';
import { averagePooled, logMel } from './log-mel.ts';

/** 440 Hz at 0.4 and 2500 Hz at 0.1 for a second. */
const samples = Float32Array.from({ length: 16_000 }, (_, at) => {
  const angle = (2 * Math.PI * at) / 16_000;
  return 0.4 * Math.sin(440 * angle) + 0.1 * Math.sin(2500 * angle);
});

describe('the log-mel front end', () => {
  // By numpy 1.24 (rfft, pad "reflect", hanning(401)[:-1]) with triangles drawn by interp; frames by bands.
  const BANDS = [0, 10, 11, 12, 40, 45, 46, 79];
  const BY_NUMPY: readonly (readonly [number, readonly number[]])[] = [
    [0, [0.94331, 1.28936, 1.06207, 1.28809, -0.08479, 0.42105, 0.49568, 0.07267]],
    [50, [-0.61025, 1.30028, 1.38975, 1.24507, -0.61025, -0.61025, -0.49348, -0.61025]],
    [99, [0.28083, 1.30103, 1.38849, 1.2471, -0.54986, -0.23986, -0.16721, -0.58794]],
    [100, [0.79279, 1.2197, 1.24442, 1.19344, -0.2353, 0.27054, 0.34517, -0.07785]],
    [150, [-0.61025, -0.61025, -0.61025, -0.61025, -0.61025, -0.61025, -0.61025, -0.61025]],
  ];
  const found = logMel({ rate: 16_000, samples }, { seconds: 2 });

  it('gives on two tones what another program gives', () => {
    expect([found.bands, found.frames]).toEqual([80, 200]);
    for (const [frame, values] of BY_NUMPY)
      for (const [at, value] of values.entries())
        expect(found.data[BANDS[at] * 200 + frame], `frame ${frame}, band ${BANDS[at]}`).toBeCloseTo(
          value,
          3,
        );
    expect(found.data.reduce((sum, value) => sum + value, 0) / found.data.length).toBeCloseTo(-0.50959, 3);
  });

  it('of half a minute has 3000 frames, of which an encoder makes 1500', () => {
    expect(logMel({ rate: 8000, samples: new Float32Array(800).fill(0.1) }).frames).toBe(3000);
  });

  it('pools 1500 frames to 256 by their means, each frame in one window or in two that meet', () => {
    const rising = Float32Array.from({ length: 2 * 1500 }, (_, at) => (at % 1500) + (at < 1500 ? 0 : 1));
    const pooled = averagePooled(rising, 1500, 256);
    expect(pooled.length).toBe(512);
    // numpy: means of [0, 6), [5, 12), [11, 18) and [1494, 1500).
    expect([0, 1, 2, 255].map((at) => pooled[at])).toEqual([2.5, 8, 14, 1496.5]);
    expect(pooled[256]).toBe(3.5);
    expect(averagePooled(rising, 1500, 1500)).toEqual(rising);
  });
});
