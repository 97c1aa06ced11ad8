// The scipy peer as a child process, and how far its numbers lie from ours.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type MeasurementSet, quantityOf, regionOf } from '../../src/domain/measurement.ts';

export interface PeerInstance {
  readonly voxels: number;
  readonly volume: number;
  readonly axial: number;
  readonly slices: number[];
  /** One for each equally long pair. */
  readonly ferets: number[];
  readonly chords?: number[];
  readonly d3: number;
  /** RAS+ mm. */
  readonly centroid: [number, number, number];
  readonly mean?: number;
  readonly std?: number;
  readonly location?: string;
}

export interface PeerResult {
  readonly mask: string;
  readonly regions: Record<
    string,
    { voxels: number; volume: number; face?: boolean; axial?: number; mean?: number; std?: number }
  >;
  readonly instances: Record<string, PeerInstance[]>;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakRssMb: number;
}

export interface PeerTask {
  readonly cases: readonly { mask: string; image?: string; labels: Readonly<Record<string, number>> }[];
  readonly chords: boolean;
  readonly minInstanceMm3: number;
  /** Cut label maps to the bounding box of their labels first. Default true. */
  readonly crop?: boolean;
}

/** Debian's Python, which has python3-nibabel, python3-scipy and python3-skimage. */
export const PYTHON = '/usr/bin/python3';

/** Runs the peer over the cases and hands each result to `each` as it comes. */
export async function runPeer(
  task: PeerTask,
  each: (result: PeerResult) => void = () => {},
): Promise<PeerResult[]> {
  const script = fileURLToPath(new URL('peer_scipy.py', import.meta.url));
  const child = spawn(PYTHON, [script], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
  });
  const results: PeerResult[] = [];
  let rest = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const result = JSON.parse(line) as PeerResult;
      results.push(result);
      each(result);
    }
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  child.stdin.end(JSON.stringify(task));
  const code = await ended;
  if (code !== 0)
    throw new Error(
      `the peer ended with ${code}: apt-get install python3-nibabel python3-scipy python3-skimage`,
    );
  return results;
}

export interface Difference {
  readonly what: string;
  readonly ours: number | string;
  readonly peers: number | string;
  /** mm, percent (volumes) or HU; 0 for names that agree, Infinity for names that do not. */
  readonly by: number;
  readonly kind: 'volume %' | 'diameter mm' | 'chord mm' | 'HU' | 'name';
}

/** Every number that both have, compared. A missing region or instance is a difference without end. */
export function differences(ours: MeasurementSet, peer: PeerResult): Difference[] {
  const out: Difference[] = [];
  const add = (what: string, kind: Difference['kind'], a: unknown, b: number | undefined): void => {
    if (b === undefined) return;
    const value = typeof a === 'number' ? a : Number.NaN;
    const by = kind === 'volume %' ? (100 * Math.abs(value - b)) / (b || 1) : Math.abs(value - b);
    out.push({ what, kind, ours: value, peers: b, by: Number.isNaN(by) ? Infinity : by });
  };
  for (const [structure, theirs] of Object.entries(peer.regions)) {
    const region = regionOf(ours, structure);
    if (region === undefined) {
      out.push({ what: structure, kind: 'name', ours: 'none', peers: 'region', by: Infinity });
      continue;
    }
    const value = (quantity: string) => quantityOf(region, quantity)?.value;
    add(`${structure} volume`, 'volume %', value('volume'), theirs.volume);
    if (region.kind !== 'lesion')
      add(`${structure} diameter`, 'diameter mm', value('longest-axial-diameter'), theirs.axial);
    add(`${structure} mean`, 'HU', value('mean-hu'), theirs.mean);
    add(`${structure} std`, 'HU', value('std-hu'), theirs.std);
    if (theirs.face !== undefined && theirs.face !== region.touchesFace)
      out.push({
        what: `${structure} face`,
        kind: 'name',
        ours: String(region.touchesFace),
        peers: String(theirs.face),
        by: Infinity,
      });
  }
  for (const [structure, theirs] of Object.entries(peer.instances)) {
    const instances = regionOf(ours, structure)?.instances ?? [];
    if (instances.length !== theirs.length)
      out.push({
        what: `${structure} count`,
        kind: 'name',
        ours: instances.length,
        peers: theirs.length,
        by: Infinity,
      });
    // Equally large instances may come in another order: each is met by the one at the same place.
    const free = [...instances];
    for (const [n, one] of theirs.entries()) {
      const at = free.findIndex(
        ({ voxels, centroid }) =>
          voxels === one.voxels && centroid.every((mm, axis) => Math.abs(mm - one.centroid[axis]) < 0.01),
      );
      const [instance] = at < 0 ? [] : free.splice(at, 1);
      const name = `${structure} ${n + 1}`;
      if (instance === undefined) {
        out.push({ what: name, kind: 'name', ours: 'none', peers: `${one.voxels} voxels`, by: Infinity });
        continue;
      }
      const value = (quantity: string) => Number(quantityOf(instance, quantity)?.value);
      const nearest = (list: readonly number[], to: number) =>
        [...list].sort((a, b) => Math.abs(a - to) - Math.abs(b - to))[0];
      add(`${name} volume`, 'volume %', value('volume'), one.volume);
      add(`${name} axial`, 'diameter mm', value('longest-axial-diameter'), one.axial);
      add(`${name} 3d`, 'diameter mm', value('longest-3d-diameter'), one.d3);
      add(
        `${name} feret`,
        'diameter mm',
        value('perpendicular-feret'),
        nearest(one.ferets, value('perpendicular-feret')),
      );
      if (one.chords !== undefined)
        add(
          `${name} chord`,
          'chord mm',
          value('perpendicular-chord'),
          nearest(one.chords, value('perpendicular-chord')),
        );
      add(`${name} mean`, 'HU', value('mean-hu'), one.mean);
      const slice = quantityOf(instance, 'slice')?.value;
      if (!one.slices.includes(Number(slice)))
        out.push({
          what: `${name} slice`,
          kind: 'name',
          ours: Number(slice),
          peers: one.slices.join(),
          by: Infinity,
        });
      if (one.location !== undefined && instance.location[0]?.structure !== one.location)
        out.push({
          what: `${name} side`,
          kind: 'name',
          ours: String(instance.location[0]?.structure),
          peers: one.location,
          by: Infinity,
        });
    }
  }
  return out;
}
