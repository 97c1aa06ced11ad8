// Options must not tell the key: whoever looks at them alone stays at chance.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Option } from '../domain/question.ts';
import { random } from '../domain/random.ts';
import { closedOptions, decimalsFor, drawnOptions, numericOptions, shown, shownBySize } from './choices.ts';
import { countChoices } from './families/counts.ts';
import { attenuationChoices, numberAnswer, positiveAnswer, sizeChoices } from './families/measured.ts';
import { type Lattice, snapTo } from './lattice.ts';
import { newSpread, OPTION_COUNT } from './spread.ts';

interface Posed {
  readonly options: readonly Option[];
  readonly letter: string;
}

/** Half-width of the 99.9 % interval of a share p among n independent draws (normal approximation, n is thousands). */
const band = (p: number, n: number) => 3.29 * Math.sqrt((p * (1 - p)) / n);

function share(
  posed: readonly Posed[],
  guess: (options: readonly Option[], index: number) => string,
): number {
  return posed.filter(({ options, letter }, i) => guess(options, i) === letter).length / posed.length;
}

const byValue = (options: readonly Option[]) => [...options].sort((a, b) => Number(a.text) - Number(b.text));
const longest = (options: readonly Option[], i: number) => {
  const most = Math.max(...options.map(({ text }) => text.length));
  return random('longest', String(i)).pick(options.filter(({ text }) => text.length === most)).letter;
};

const tallied = (texts: readonly string[]) => {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
};

/** The option that is shown most often over all questions of the type. */
function mostCommon(posed: readonly Posed[]): (options: readonly Option[], i: number) => string {
  const counts = tallied(posed.flatMap(({ options }) => options.map(({ text }) => text)));
  return (options, i) => {
    const most = Math.max(...options.map(({ text }) => counts.get(text) ?? 0));
    return random('common', String(i)).pick(options.filter(({ text }) => counts.get(text) === most)).letter;
  };
}

/** What somebody can try who sees the options only. */
const BLIND: Readonly<Record<string, (options: readonly Option[], index: number) => string>> = {
  'always A': () => 'A',
  'always the last': (options) => options[options.length - 1].letter,
  smallest: (options) => byValue(options)[0].letter,
  'second smallest': (options) => byValue(options)[1].letter,
  'middle, drawn': (options, i) => byValue(options)[1 + (i % 2)].letter,
  largest: (options) => byValue(options)[options.length - 1].letter,
  longest,
  // Digits that fit only some of the numbers would tell the size of the key.
  'fitting digits': (options, i) => {
    const fitting = options.filter(({ text }) => text === shownBySize(Number(text)));
    return random('fitting', String(i)).pick(fitting.length > 0 ? fitting : options).letter;
  },
  // Gaps that grow with the key would fit only some of the numbers as keys.
  'fitting gaps': (options, i) => {
    const values = byValue(options).map((o) => Number(o.text));
    const gaps = values.slice(1).map((value, n) => value - values[n]);
    const fits = ({ text }: Option) => {
      const step = Math.max(10, 0.15 * Math.abs(Number(text)));
      return gaps.every((gap) => gap >= step - 0.1 && gap <= 2 * step + 0.1);
    };
    const fitting = options.filter(fits);
    return random('gaps', String(i)).pick(fitting.length > 0 ? fitting : options).letter;
  },
  // The key as the value that others were made from: the one closest to the geometric mean.
  central: (options) => {
    const mean = options.reduce((sum, o) => sum + Math.log(Math.abs(Number(o.text)) + 1), 0) / options.length;
    const off = (o: Option) => Math.abs(Math.log(Math.abs(Number(o.text)) + 1) - mean);
    return [...options].sort((a, b) => off(a) - off(b))[0].letter;
  },
  roundest: (options) => {
    const zeros = (text: string) => (/(0|5)$/.test(text) ? 1 : 0);
    return [...options].sort((a, b) => zeros(b.text) - zeros(a.text))[0].letter;
  },
};

const N = 4000;
const stream = random('synthetic keys');
const keys = {
  volumes: Array.from({ length: N }, () => Math.exp(stream.uniform(Math.log(0.05), Math.log(2500)))),
  hounsfield: Array.from({ length: N }, () => stream.uniform(-60, 220)),
};
const numeric: Readonly<Record<string, readonly Posed[]>> = {
  volumes: keys.volumes.map((value, i) => {
    const answer = positiveAnswer(value);
    return numericOptions(answer.value ?? 0, sizeChoices(), random('volume', String(i)));
  }),
  hounsfield: keys.hounsfield.map((value, i) => {
    const answer = numberAnswer(value, 1);
    return numericOptions(answer.value ?? 0, attenuationChoices(10), random('hu', String(i)));
  }),
};

describe.each(Object.entries(numeric))('numeric options around %s', (_, posed) => {
  it.each(Object.entries(BLIND))('%s stays at chance', (_name, guess) => {
    expect(Math.abs(share(posed, guess) - 1 / OPTION_COUNT)).toBeLessThan(
      band(1 / OPTION_COUNT, posed.length),
    );
  });
  it('puts the key at every rank and letter alike', () => {
    for (const position of [
      ({ options, letter }: Posed) => byValue(options).findIndex((o) => o.letter === letter),
      ({ options, letter }: Posed) => options.findIndex((o) => o.letter === letter),
    ]) {
      const counts = [0, 0, 0, 0];
      for (const one of posed) counts[position(one)]++;
      const expected = posed.length / OPTION_COUNT;
      const chi2 = counts.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
      // 99.9 % point of χ² with three degrees of freedom.
      expect(chi2).toBeLessThan(16.27);
    }
  });
});

describe('numbers on a coarse grid, where keys repeat', () => {
  // Heights of slices of one lattice of 64, over the part of the body where lesions lie.
  const heights = Array.from({ length: N }, () => (100 * (12 + stream.int(40) + 0.5)) / 64);
  const spread = newSpread(tallied(heights.map((height) => shown(height, 1))));
  const grid = { shape: [96, 96, 64], spacing: [3.5, 3.5, 5], axes: 'RAS' } satisfies Parameters<
    typeof snapTo
  >[1];
  const posed = heights.map((height, i) =>
    numericOptions(
      Number(shown(height, 1)),
      { kind: 'numeric', decimals: 1, scale: 'interval', gap: [5, 11], minimum: 0, maximum: 100 },
      random('height', String(i)),
      spread,
      snapTo('slices', grid, 'strict'),
    ),
  );
  it('wrong options repeat as often as keys do', () => {
    const counts = tallied(posed.flatMap(({ options }) => options.map(({ text }) => text)));
    expect(counts.size).toBeLessThanOrEqual(64);
    // Where no lesion lies no height is a key, which whoever knows the body knows: the rest tells nothing.
    const inner = posed.filter(({ options }) => options.every(({ text }) => spread.answers.has(text)));
    expect(inner.length).toBeGreaterThan(N / 4);
    expect(share(inner, mostCommon(posed))).toBeLessThan(0.25 + 0.06);
  });
});

describe('counts, which cannot go below zero', () => {
  // As selection leaves them: no count much more frequent than the others.
  const counts = Array.from({ length: N }, (_, i) => (i % 8) + (i % 40 === 39 ? 20 : 0));
  const spread = newSpread(tallied(counts.map(String)));
  const order = random('order').shuffle(counts);
  const posed = order.map((value, i) =>
    numericOptions(value, countChoices(), random('count', String(i)), spread),
  );
  it('the ranks are level over the questions of a type', () => {
    expect(Math.max(...spread.ranks) - Math.min(...spread.ranks)).toBeLessThanOrEqual(N / 50);
  });
  it('the longest and the most common are keys as often as any', () => {
    for (const guess of [longest, mostCommon(posed)])
      expect(Math.abs(share(posed, guess) - 0.25)).toBeLessThan(band(0.25, N));
  });
  it.each([
    'smallest',
    'second smallest',
    'middle, drawn',
    'largest',
    'always A',
  ])('%s stays at chance', (name) => {
    expect(Math.abs(share(posed, BLIND[name]) - 0.25)).toBeLessThan(band(0.25, N));
  });
  it('are distinct though few of them are keys, and zero is one several times', () => {
    const few = newSpread(
      new Map([
        ['0', 5],
        ['1', 4],
        ['2', 4],
      ]),
    );
    for (let i = 0; i < 60; i++) {
      const { options } = numericOptions(i % 3, countChoices(), random('few', String(i)), few);
      expect(new Set(options.map(({ text }) => text)).size).toBe(OPTION_COUNT);
    }
  });
  it('shows whole numbers of zero and more', () => {
    for (const { options } of posed) for (const { text } of options) expect(text).toMatch(/^\d+$/);
  });
});

describe('categories', () => {
  const pool = [
    'Liver',
    'Spleen',
    'Stomach',
    'Duodenum',
    'Left adrenal gland',
    'Portal and splenic vein',
    'Aorta',
  ];
  // Some structures are touched far more often than others.
  const frequency = [1, 4, 6, 6, 3, 4, 3];
  const draw = random('categories');
  const answers = Array.from({ length: N }, () => {
    const tickets = frequency.flatMap((times, index) => Array.from({ length: times }, () => pool[index]));
    return draw.pick(tickets);
  });
  const spread = newSpread(tallied(answers));
  const posed = answers.map((answer, i) => drawnOptions(answer, pool, 4, spread, random('drawn', String(i))));
  it('the longest and the most common name are keys as often as any option', () => {
    for (const guess of [longest, mostCommon(posed)])
      expect(Math.abs(share(posed, guess) - 0.25)).toBeLessThan(band(0.25, N));
  });
  it('each name is wrong three times as often as right', () => {
    for (const [answer, right] of tallied(answers)) {
      const shown = posed.filter(({ options }) => options.some(({ text }) => text === answer)).length;
      expect(Math.abs(shown - 4 * right)).toBeLessThan(0.01 * N);
    }
  });
  it('letters are uniform and options distinct', () => {
    expect(Math.abs(share(posed, () => 'A') - 0.25)).toBeLessThan(band(0.25, N));
    for (const { options } of posed) expect(new Set(options.map((o) => o.text)).size).toBe(4);
  });
  it('a closed set is shown whole, in any order', () => {
    const texts = ['Yes', 'No'];
    const yesNo = Array.from({ length: N }, (_, i) =>
      closedOptions(texts[i % 2], texts, random('yn', String(i))),
    );
    expect(Math.abs(share(yesNo, () => 'A') - 0.5)).toBeLessThan(band(0.5, N));
    for (const { options } of yesNo.slice(0, 50))
      expect(options.map((o) => o.text).sort()).toEqual(['No', 'Yes']);
  });
});

describe('every numeric option', () => {
  it('is distinct and written with the digits that its own size gives', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-3, max: 1e5, noNaN: true }),
        fc.constantFrom('ratio' as const, 'interval' as const),
        fc.string(),
        (raw, scale, seed) => {
          const { answer, value = 0 } = positiveAnswer(raw);
          const gap = [raw * 0.1 + 1, raw * 0.3 + 2] as const;
          const { options, letter } = numericOptions(
            value,
            { kind: 'numeric', decimals: 'by-size', scale, gap },
            random(seed),
          );
          const texts = options.map((o) => o.text);
          expect(new Set(texts).size).toBe(OPTION_COUNT);
          expect(options.find((o) => o.letter === letter)?.text).toBe(answer);
          for (const text of texts) expect(text).toBe(shownBySize(Number(text)));
        },
      ),
    );
  });
  it('lies where a measurement on the scan can lie', () => {
    const grid = { shape: [512, 512, 64], spacing: [0.8, 0.8, 5], axes: 'LPS' } satisfies Parameters<
      typeof snapTo
    >[1];
    const asked = (lattice: Lattice, value: number, i: number) =>
      numericOptions(
        value,
        lattice === 'slices'
          ? { kind: 'numeric', decimals: 1, scale: 'interval', gap: [5, 11], minimum: 0, maximum: 100 }
          : sizeChoices(lattice),
        random(lattice, String(i)),
        undefined,
        snapTo(lattice, grid, 'strict'),
      ).options.map(({ text }) => Number(text));
    for (let i = 0; i < 200; i++) {
      // The middle of slice k of 64 is at 100 (k + ½) / 64 per cent.
      for (const percent of asked('slices', Number(((100 * (i % 64)) / 64 + 0.78125).toFixed(1)), i)) {
        const slice = (percent * 64) / 100 - 0.5;
        expect(Math.abs(slice - Math.round(slice))).toBeLessThanOrEqual(0.05 * 0.64 + 1e-9);
      }
      // A voxel has 3.2 mm³.
      for (const cm3 of asked('voxels', Number(((i + 3) * 0.0032).toFixed(4)), i)) {
        const off = cm3 / 0.0032 - Math.round(cm3 / 0.0032);
        expect(Math.abs(off) * 0.0032).toBeLessThanOrEqual(0.501 * 10 ** -decimalsFor(cm3));
      }
    }
  });
  it('keeps 100 % and 0 % as bounds', () => {
    for (let i = 0; i < 300; i++) {
      const { options } = numericOptions(
        98.4,
        { kind: 'numeric', decimals: 1, scale: 'interval', gap: [5, 11], minimum: 0, maximum: 100 },
        random('percent', String(i)),
      );
      expect(options).toHaveLength(4);
      for (const { text } of options) expect(Number(text)).toBeLessThanOrEqual(100);
    }
  });
  it('never shows minus zero', () => {
    expect(shown(-0.04, 1)).toBe('0.0');
    expect(numberAnswer(-0.04, 1)).toMatchObject({ answer: '0.0', value: 0 });
  });
});
