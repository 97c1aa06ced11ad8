import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OverreadError } from '../domain/errors.ts';
import { arrowRecords } from './arrow.ts';
import { collect, memorySource } from './testing/memory-source.ts';

// Five rows in two batches, written by Apache Arrow's own library (pyarrow 25), gzipped: the stream format that data set
// libraries keep, the file format, and the stream with its buffers packed by ZSTD.
const STREAM =
  'H4sIAAAAAAACA7VWPUzbQBR+ZztOilzJqkIVqbSK1CVTFSgDGxkZOnRkTFIsEhHIhaQqlTpkZGRg6MjQoSNsjAwdGCrEVDEydmDo0IGhxX3vfojzsCEI9aTz+d373nfvnu++JI7juOIChEBtCgLwIQcFfMMmPLQBrQI+PfMEeIT9uwOwgP2PwHfsn7FL7CXsKwbX+hvHSBIW8b1k5tANZOOS0OxuwQ9cH2lgV2MdymPGYMGM7UG0DphXAS1f5QPwTeMfE2/Z4IinY/hz2Bv9tYhyOULsb42fLib4bS7E2djof4g2AS4QV75S2FyYyHs8F4xDzFICl8yZ8uu9j/qDdneD7BriBhobpK2fx96VhO5DB3F7E6y/i5hjjfNDw2NxVIfuGsAh+i80xuU5Un3677qbkaqrr2pAkTPx6DskOdX3aq/CqfKDqOFjKYEtM+5Ooxl1VC0C7HlVE4oj7DBO/3a1xLdrrzdWIxw/IXZf44tp9ZCNQYvevyDmTOM8jiO+5sdB1Kdzi5gQV6E959XpDs3Zv1lvyqm9QrZ3PYfh8bar86QWwFNzYwLFBq6nOIbCAPAmldDjmTv1xtF3zYVRewnZLWTjlBnLDJdl27gqi6+Z0aa5xOJaZnxixiHjHzK+Hea3dsWMh2y9I+b/yfy/mH3J+C/Z/gpi3G9t6y8ZO2/3Kcb5Kyy+wuIXxOhuq/oxvLVt/erMX2fxLWZLhs+yp9jZcFldJrXFA/HiP60n7vD7KXfEMXeWfLIqZ+WcfC3nb/ISl3Ac13U9bHp+OoPfv77fpv7VV3JjVc6p5zw99fyV1hyVQ9o+2HxodeQ53NZOF/V4ZsbzxRfGU4T0fSXrQHp3cnBy0Dw5gGcpdaLeq/Zme69785CRt2BzW6aBUBX0vNz99DC8Qw+dCfUwYPfe1rPEcFl2wHQnz/TRprnA4t6yc7HM+JdZPnXmr7O8JfNL5s/SW5vfNrN32P72WPwejOvNV3Y+9xk+yw6Yftv9HjP8MavfOfOf898tps9Zes5tj+mhk6INk9jinvhJ+cQD+fJ3+L1b9FCdq4QSugk+K4JOxj2z59xqHVO4cHzdkU45GXkKlh9KU2q+XJPclDoIE+Mm9M43GCtTVqFi/X8V/gF0a1WE6AwAAA==';
const FILE =
  'H4sIAAAAAAACA+1YMUzbQBT9ZztOilzJqkIVqbSK1CVTFShDNsKWoVIrljImKRaJCMQhqUqlDhkZGRg6MnToCBsjQweGCjFVjIwdGDp0YGhJ/939I87HhiDUjZPO53///X//vu+/2JlfWHj9dhpggK1gA/gg2wR44EIKMniHTTgoA0oZvDp0BXiA/bsFUML+R+A99s/YQ+w57EuEa/wdDNCJn8X7HM2hGqSMS0K9vQE/cH10A9saa8k4pggLNDZ7wSpgXBmUXBUPwDeNfyj95gkn/bTIfwp7rbsSyFgOEPtb4yezEf8mFumzttb9EKwDnCEuf6GwKT8S92gsaIeYSgQXjVnG13kfdHvN9pqUy4jraawXt34aezuU6C60ELczxvrbiDnUONcnPwYn89BeAdhH/ZnG2DxGmZ/uu/Z6oPLqqhxIy6nB8DlEfarn1VyGY6UHUcZLJYLNM9+tWj1oqVx42NMqJ9JOYvuD+GdXjjy75mptOcDxE2J3NT4bl4+w1mvI+y+IOdE4h+Okv/rHXtCV5xYxPq4i95xWp9uns3813zKm5pKUncs5WS+bto5TNg8eU8V4yhvYjvLRFwTASsqhxqGaemXpWrNh2J5DcvPZOEFjnuGSZGNXZPZlGk2YFWbXoPERjX3mv8/8bTG9kQs07rP1Dpj+J9P/YvI583/O9pcRo3ojG32O5LTZpxj1X2D2BWZfEsPaVvljeCOb/FWZvsrsG0wOGT5JnmBnw2Z5GVcWd8SL/7SeuEHvxtSIRTUrdWExnA5nwpfh7FW/0pewLNu2HWx6fjLBv3tZ35T/4otwbTmcUddZedXzF5pzVAxx+2DzvuGRp3BdO57T4wmNp3PPSJOF+H1F8yD57mjvaK9+tAdPYvIke6fYme687MxCQtyCzW1QA6Ey6Dip2/GhfwMfWmPyocfq3uQzx3BJssd4J8340YRZYnZv2LlYZP4XWTxVpq+yuEOmD5k+iW9NfJtM3mL722H2OzDKN1/Z+dxl+CTZY/xt9nvI8Icsf6dMf8p/txg/J/E5lx3Gh1YMN4wji1vix/Un7ugvfYPeuYYP1bmKMKEd8WdI0EqoM3PODdcxhvNH1x3ylJUQp2DxITXFxss5yY7JgyAbO8J3LmEMTRmGGuj3VXU2PGQpVzGTT+fYUXVdjryDlmjBLRrNe1wlMzrv8/N4/410/410/40EDUzCvPpv4R8aB6CSYhAAAA==';
const PACKED =
  'H4sIAAAAAAACA7VXvU8UURCft7v3IVmTVSFiAHNGMVR6fBRYcXaUmlhQcugFLnzcnndGTCywMLHUhILyCk1sTKAwsTGhsKAwhMpQ8gdQWFhQiOu8t/Pu3s7uwoFxk7fvfju/mTc7MzsDQRAEIzaAB/LqAReykIE8/sJLOIgBUR7vDt0BLuD6bgFM4vot8DeuDVw+rn5cT4i3cBwEaMTrxd/99AzFIDEeCXO1VfiB56MZWA+5lvRjkLhAe7VZWQb0K48oq/wB+BbyL0q7BeJJO0tkP4Or3FisSF+2kfsr5Pf1Gva1L9JmeaXxvPIU4BB5hT+Km/EMv6O+oB5ypg2e6bP0r/6s0mhWaysSl5DXDLlu0vk5XDVfshuwhLxWF+evI2cn5GU9sqN5Mg61RYAvKD8MOTb3Ucan8bj2tKLimlUxkJqDQScPpk2Vr+o87Ck5iBLepg1ugdleKs9VllQsXFw5FROpJ7lrQXLuSkbuqsvl+QruL5G7GfJ7k+Lhl5sL8vd75OyHPIfzpL25F81KQ9Ytcjw8Rb5zTlW3R7Ufj7f0qfpEYqf9DNWDlh36KS8XNcIvxlXWwHZUnFXA2pzreIbT5syi4Vt0lkGDsMZzlAsQNyH9ukH7CO0DtE8zXhrW+j7Tf0v7Zdo/0n6b9j3atW9HzP4Rsyf7gXlprP0uieh5M0y+xuQbDG8y+xrr99tn8n0mV0mmXKjditovWlF9jbX+DOFrhFcZX+Nhwi0mbzH9bYYPGD8NDxjPvFhddY/FP/LFfzpPnCLPMuzp7+Pz3eOC96qTaydK7jF5PQ/xgyj6o/6YP+5PpNvRDtkn2BGWZdu2g1fEfyUXOEH7Qlwwnxc+qQ9SdmNXv+cjC2zRqUfFu/xO+nnHX5n3x9R9Qt6T/fgTNkVd5yOmfOQrFmgo9NqN/oEF866I+TuUrr83BftTVI5TFpT6J7atmP51SI5DL5wpzifmNdPh5Uxe7h7A7tbu1tzuVuz8gS7sOh27eZOXv4+DvlgfrY/XJyApnx+w2ctXEO1mM7s9pj7xmB1W5DH5Kl1p9QZCVZzjZM40p9as7uaUdc45NcTiQmUPk4yXhrX+DET7tM/m1Bs21zZpv0r7DrO/w/w5YPIDZi/PGlCezZEikxfZnJpmeFZE32+N6Wus50CL8BXCXxg/DQ+xuaff9yfjazzM5iAwPEr4AZubC4yfhvtYj2a0rrE4I79be+If7eVOkTsMu+Z37JajfcfgK7mD1UaTKVHP7jgQ6380jGL9j+VRPe9/jQnujEkBY/rPkvYzxctiNdDsiflJEyetr3tOF/MajLkCKfPDOvl5YpwMhcQ+bMXzp+TWJTlHzpc3mhHROIfzwW5nC+fDgVCtITpHaBwLOsM25l02WnSxvNPYiPlDkyII/5+Dvy7fPSMIEAAA';

const bytesOf = (text: string) => new Uint8Array(gunzipSync(Buffer.from(text, 'base64')));
const source = (bytes: Uint8Array) => memorySource('a.arrow', bytes);

/** What the library was given. */
const ROWS = Array.from({ length: 5 }, (_, i) => ({
  id: `p${i}`,
  image: { bytes: new Uint8Array(i).fill(i), path: i % 2 === 1 ? null : `p${i}.png` },
  label: i - 2,
  big: i === 3 ? 2n ** 60n : i,
  score: i === 1 ? null : i / 8,
  ok: i === 0 ? null : i % 2 === 0,
  options: i === 3 ? null : ['α', 'b'].slice(0, i % 3),
  asked: i === 2 ? null : { question: `q${i}`, answer: new Array(i).fill('x') },
  box: [i, i + 1],
}));

describe('Arrow files', () => {
  it.each([
    ['stream', STREAM],
    ['file', FILE],
    ['packed stream', PACKED],
  ])('the %s format holds what was written', async (_, text) => {
    const { records, error } = await collect(arrowRecords(source(bytesOf(text))));
    expect(error).toBeUndefined();
    expect(records.map(({ value }) => value)).toEqual(ROWS);
    expect(records.map(({ next }) => next)).toEqual(
      ROWS.map((_, at) => ({ file: 'a.arrow', offset: at + 1, index: at + 1 })),
    );
  });

  it('goes on after any row', async () => {
    for (let at = 0; at <= ROWS.length; at++) {
      const from = { file: 'a.arrow', offset: at, index: at };
      const { records } = await collect(arrowRecords(source(bytesOf(STREAM)), { from }));
      expect(records.map(({ value }) => value)).toEqual(ROWS.slice(at));
    }
  });

  it('cut off at any byte: whole rows only, and a typed error', async () => {
    const bytes = bytesOf(STREAM);
    // The end mark is eight bytes; without them a file is not known to be whole.
    for (let length = 0; length < bytes.length; length += 7) {
      const { records, error } = await collect(arrowRecords(source(bytes.subarray(0, length))));
      expect(records.map(({ value }) => value)).toEqual(ROWS.slice(0, records.length));
      expect(OverreadError.isInstance(error) && error.code).toMatch(/^file-(truncated|corrupt)$/);
    }
  });

  it('damaged anywhere: rows or a typed error, never another', async () => {
    const whole = bytesOf(STREAM);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), async (at, value) => {
        const bytes = whole.slice();
        bytes[at] = value;
        const { error } = await collect(arrowRecords(source(bytes)));
        if (error !== undefined) expect(OverreadError.isInstance(error)).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  it('foreign bytes and rows beyond the limit are refused', async () => {
    const { error } = await collect(arrowRecords(source(new TextEncoder().encode('{"no": "arrow"}\n'))));
    expect(OverreadError.isInstance(error) && error.code).toBe('file-corrupt');
    const { error: long } = await collect(arrowRecords(source(bytesOf(STREAM)), { maxRecordBytes: 8 }));
    expect(OverreadError.isInstance(long) && long.code).toBe('limit-exceeded');
  });
});
