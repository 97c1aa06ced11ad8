// What every expert plug-in must keep, whatever it reaches: shapes, errors of one sentence, limits, trust.
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../domain/content-hash.ts';
import type { ExpertCall, ExpertRole, ExpertRoles, StoredBytes } from '../../domain/expert.ts';
import { encodePng } from '../../imaging/write-png.ts';
import { type Wave, waveBytes } from '../speech/wave.ts';

/** How what stands behind the expert behaves. */
export type Behaviour = 'fine' | 'malformed' | 'silent' | 'huge' | 'untrusted';

export interface ServiceSubject<Role extends ExpertRole> {
  readonly role: Role;
  /** The behaviours that can befall it: a file of this machine is never silent. */
  readonly can: readonly Exclude<Behaviour, 'fine'>[];
  /** Opens it; what may take long gives up within a second. */
  open(behaviour: Behaviour): Promise<ExpertRoles[Role]>;
  /** Requests that have reached what stands behind it. */
  reached?(): number;
}

export function storedBytes(bytes: Uint8Array, mediaType: string): StoredBytes {
  return { hash: sha256(bytes), mediaType, bytes: async () => bytes };
}

/** 24 × 16 pixels, bright in the right half. */
export async function halfPicture(): Promise<StoredBytes> {
  const data = Uint8Array.from({ length: 24 * 16 }, (_, at) => (at % 24 >= 12 ? 220 : 20));
  return storedBytes(await encodePng({ width: 24, height: 16, channels: 1, data }), 'image/png');
}

export function tone(hertz: number, seconds: number, rate = 16_000): Wave {
  const samples = Float32Array.from(
    { length: Math.round(seconds * rate) },
    (_, at) => 0.5 * Math.sin((2 * Math.PI * hertz * at) / rate),
  );
  return { rate, samples };
}

type Call<Role extends ExpertRole> = (expert: ExpertRoles[Role], call?: ExpertCall) => Promise<unknown>;

const CALLS: { readonly [Role in ExpertRole]?: Call<Role> } = {
  segment: async (expert, call) => expert.segmentRegion(await halfPicture(), 'the bright part', call),
  ground: async (expert, call) => expert.ground(await halfPicture(), 'the bright part', call),
  classify: async (expert, call) =>
    expert.classify(await halfPicture(), expert.labels ?? ['dark', 'bright'], call),
  retrieve: (expert, call) => expert.retrieve({ text: 'cyst', k: 3 }, call),
  transcribe: (expert, call) => expert.transcribe(storedBytes(waveBytes(tone(440, 0.2)), 'audio/wav'), call),
  speak: (expert, call) => expert.speak('Is there a cyst?', call),
};

const probability = (value: number) => value >= 0 && value <= 1;

function check(role: ExpertRole, result: unknown): void {
  if (role === 'segment') {
    const {
      width,
      height,
      probability: values,
    } = result as { width: number; height: number; probability: Float32Array };
    expect([width, height, values.length]).toEqual([24, 16, 384]);
    expect(values.every(probability)).toBe(true);
  } else if (role === 'ground') {
    const boxes = result as { box: readonly number[]; score: number }[];
    for (const { box, score } of boxes) {
      const [x0, y0, x1, y1] = box;
      expect(x0 >= 0 && y0 >= 0 && x1 > x0 && y1 > y0 && x1 <= 24 && y1 <= 16 && probability(score)).toBe(
        true,
      );
    }
    expect(boxes.map(({ score }) => score)).toEqual(boxes.map(({ score }) => score).sort((a, b) => b - a));
  } else if (role === 'classify') {
    const labels = result as { label: string; probability: number }[];
    expect(labels.length).toBeGreaterThan(0);
    expect(labels.every((each) => probability(each.probability))).toBe(true);
    expect(labels).toEqual(labels.toSorted((a, b) => b.probability - a.probability));
  } else if (role === 'retrieve') {
    const found = result as { score: number }[];
    expect(found.length).toBeLessThanOrEqual(3);
    expect(found).toEqual(found.toSorted((a, b) => b.score - a.score));
  } else if (role === 'transcribe') expect(typeof (result as { text: string }).text).toBe('string');
  else expect((result as { bytes: Uint8Array }).bytes.length).toBeGreaterThan(44);
}

export function serviceContract<Role extends ExpertRole>(name: string, subject: ServiceSubject<Role>): void {
  const { role, can, open } = subject;
  const ask = (expert: ExpertRoles[Role], call?: ExpertCall) =>
    (CALLS as { [R in ExpertRole]?: Call<R> })[role]?.(expert, call) ?? Promise.reject(new Error(role));
  describe(`${name} keeps the contract of experts that ${role}`, () => {
    it('gives results of its role, the same for the same input, and says who it is without paths', async () => {
      const expert = await open('fine');
      await expert.health?.();
      const result = await ask(expert, { patientId: 'p' });
      check(role, result);
      expect(await ask(expert, { patientId: 'p' })).toEqual(result);
      expect(expert.id).toMatch(/^[\w-]+:/);
      expect(expert.id).not.toMatch(/\/tmp\//);
      expect(expert.hash).toMatch(/^[0-9a-f]{64}$/);
      await expert.close?.();
    });
    const fails = (behaviour: Exclude<Behaviour, 'fine'>, what: string, code: string) => {
      if (!can.includes(behaviour)) return;
      it(what, async () => {
        const expert = await open(behaviour);
        const before = subject.reached?.();
        const error = await ask(expert).then(
          () => undefined,
          (thrown: { code?: string; message?: string }) => thrown,
        );
        expect(error?.code).toBe(code);
        // One sentence: a full stop ends it, and no line or second sentence follows.
        expect(error?.message).toMatch(/^[^\n]+\.$/);
        if (behaviour === 'untrusted') expect(subject.reached?.()).toBe(before);
        await expert.close?.();
      });
    };
    fails('malformed', 'says that a result is none of its role', 'expert-failed');
    fails('silent', 'does not wait for ever', 'expert-failed');
    fails('huge', 'does not take an endless reply', 'expert-failed');
    fails('untrusted', 'sends nothing to an address off the trust list', 'endpoint-not-trusted');
    if (!can.includes('silent')) return;
    it('stops with the run', async () => {
      const expert = await open('silent');
      await expect(ask(expert, { signal: AbortSignal.timeout(80) })).rejects.toMatchObject({
        code: 'cancelled',
      });
      await expert.close?.();
    });
  });
}
