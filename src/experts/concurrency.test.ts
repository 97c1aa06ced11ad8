import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concurrencyGate } from './concurrency.ts';
import { ask, gatewayFixture } from './testing/gateway-fixture.ts';

const { server, gateway: gatewayTo } = gatewayFixture();

describe('a gate with a fixed number of places', () => {
  it('never lets more in, and lets everybody in, in order, whoever gives up waiting', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.record({ turns: fc.nat(4), quits: fc.boolean() }), { maxLength: 40 }),
        async (places, visitors) => {
          const gate = concurrencyGate(places);
          let inside = 0;
          const entered: number[] = [];
          const outcomes = await Promise.all(
            visitors.map(async ({ turns, quits }, n) => {
              const controller = new AbortController();
              const waiting = gate.enter(controller.signal);
              if (waiting !== undefined && quits) controller.abort(new Error('quit'));
              try {
                await waiting;
              } catch {
                return 'quit';
              }
              entered.push(n);
              inside++;
              expect(inside).toBeLessThanOrEqual(places);
              for (let turn = 0; turn < turns; turn++) await Promise.resolve();
              inside--;
              gate.leave('ok', 1);
              return 'done';
            }),
          );
          expect(inside).toBe(0);
          expect(outcomes.filter((outcome) => outcome === 'done').length).toBe(entered.length);
          expect(entered).toEqual([...entered].sort((a, b) => a - b));
          // Nothing is left taken: as many as there are places come in at once.
          for (let n = 0; n < places; n++) expect(gate.enter()).toBeUndefined();
          expect(gate.enter()).toBeDefined();
        },
      ),
    );
  });

  it('holds for requests through the gateway', async () => {
    let inside = 0;
    let most = 0;
    const loopback = await server({
      answer: async () => {
        most = Math.max(most, ++inside);
        await new Promise((resolve) => setTimeout(resolve, 5));
        inside--;
        return { text: 'A' };
      },
    });
    const model = gatewayTo(loopback, { concurrency: 3 }).languageModel('compatible/m');
    await Promise.all(Array.from({ length: 20 }, (_, n) => model.doGenerate(ask(`q${n}`))));
    expect(most).toBe(3);
  });
});

/** A server with `capacity` places that answers in 100 ms while it has one, and "busy" at once when it has not. */
function simulate(capacity: number, seconds: number) {
  let now = 0;
  const gate = concurrencyGate('auto', () => now);
  const ends: number[] = [];
  let busy = 0;
  let served = 0;
  const limits: number[] = [];
  for (now = 0; now < seconds * 1000; now += 10) {
    for (let n = ends.length - 1; n >= 0; n--)
      if (ends[n] <= now) {
        ends.splice(n, 1);
        served++;
        gate.leave('ok', 100);
      }
    let turnedAway = 0;
    while (ends.length + turnedAway < gate.limit() && gate.enter() === undefined) {
      if (ends.length < capacity) ends.push(now + 100);
      else turnedAway++;
    }
    for (; turnedAway > 0; turnedAway--) {
      busy++;
      gate.leave('busy', 1);
    }
    if (now > (seconds * 1000) / 2) limits.push(gate.limit());
  }
  return { busy, served, mean: limits.reduce((a, b) => a + b, 0) / limits.length, most: Math.max(...limits) };
}

describe('a gate that adapts', () => {
  it.each([2, 20, 100])('settles around what a server of %i places takes', (capacity) => {
    const { mean, served, busy } = simulate(capacity, 120);
    expect(mean).toBeGreaterThan(capacity * 0.5);
    expect(mean).toBeLessThan(capacity * 1.3 + 1);
    // At least six tenths of what could have been served was, and few requests were turned away for it.
    expect(served).toBeGreaterThan(0.6 * capacity * 10 * 120);
    expect(busy).toBeLessThan(served * 0.2);
  });

  it('halves once for one burst of refusals, and never goes below one', () => {
    let now = 0;
    const gate = concurrencyGate('auto', () => now);
    const before = gate.limit();
    for (let n = 0; n < before; n++) gate.enter();
    for (let n = 0; n < before; n++) gate.leave('busy', 50);
    expect(gate.limit()).toBe(before / 2);
    for (let n = 0; n < 20; n++) {
      now += 1000;
      gate.enter();
      gate.leave('busy', 50);
    }
    expect(gate.limit()).toBe(1);
    expect(gate.enter()).toBeUndefined();
  });

  it('does not grow while replies take three times as long as the fastest did', () => {
    const gate = concurrencyGate('auto', () => 0);
    const round = (milliseconds: number) => {
      const places = gate.limit();
      for (let n = 0; n < places; n++) gate.enter();
      for (let n = 0; n < places; n++) gate.leave('ok', milliseconds);
    };
    round(10);
    const grown = gate.limit();
    expect(grown).toBeGreaterThan(16);
    for (let n = 0; n < 40; n++) round(400);
    const held = gate.limit();
    for (let n = 0; n < 10; n++) round(400);
    expect(gate.limit() - held).toBeLessThanOrEqual(2);
  });

  it('does not grow when it is not full', () => {
    const gate = concurrencyGate('auto', () => 0);
    const before = gate.limit();
    for (let n = 0; n < 500; n++) {
      gate.enter();
      gate.leave('ok', 10);
    }
    expect(gate.limit()).toBe(before);
  });
});
