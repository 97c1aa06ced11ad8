// The volume in 3D and in planes through it, drawn by NiiVue: loaded when it is asked for.
import { useEffect, useRef, useState } from 'react';
import { getBytes, isStatic } from '../api/client.ts';
import type { Settings } from './engine/state.ts';
import type { Viewer } from './engine/viewer.ts';
import styles from './viewer.module.css';
import { type OpenedVolume, openVolume, type VolumeLook } from './volume-engine.ts';

const LOOKS: readonly (readonly [VolumeLook, string])[] = [
  ['render', '3D'],
  ['planes', 'Planes'],
];

function wanting(): string | undefined {
  if (isStatic()) return 'A static export holds slices only: open the workbench to see the volume.';
  const probe = document.createElement('canvas').getContext('webgl2');
  if (probe === null)
    return 'This browser has no WebGL 2, which 3D needs: the three planes show the same voxels without it.';
  probe.getExtension('WEBGL_lose_context')?.loseContext();
  return undefined;
}

/** Of a 16-bit scan with its labels. */
function megabytes({ scan, masks }: Viewer): number {
  const [i, j, k] = scan.facts.shape;
  return Math.max(1, Math.round((i * j * k * (masks && scan.structures.length > 0 ? 3 : 2)) / 2 ** 20));
}

export default function VolumeView(props: {
  readonly base: string;
  readonly viewer: Viewer;
  readonly settings: Settings;
  readonly label: string;
}) {
  const { base, viewer, settings, label } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [problem, setProblem] = useState(wanting);
  const [opened, setOpened] = useState<OpenedVolume>();
  const [look, setLook] = useState<VolumeLook>('render');
  useEffect(() => {
    const element = canvas.current;
    if (element === null || problem !== undefined) return;
    const control = new AbortController();
    let made: OpenedVolume | undefined;
    openVolume({
      canvas: element,
      scan: viewer.scan,
      masks: viewer.masks,
      at: viewer.voxel(),
      load: async (name) => (await getBytes(`${base}/${name}`, control.signal)).bytes,
      signal: control.signal,
    }).then(
      (volume) => {
        made = volume;
        if (control.signal.aborted) volume.close();
        else setOpened(volume);
      },
      (error: unknown) => {
        if (!control.signal.aborted)
          setProblem(error instanceof Error ? error.message : 'The volume cannot be drawn.');
      },
    );
    return () => {
      control.abort();
      made?.close();
    };
  }, [base, viewer, problem]);
  useEffect(() => opened?.look(look), [opened, look]);
  useEffect(() => opened?.show(settings), [opened, settings]);
  return (
    <div
      className={styles.volume}
      data-volume={problem === undefined ? (opened ? 'ready' : 'loading') : 'none'}
    >
      {problem === undefined ? (
        <>
          <canvas ref={canvas} className={styles.canvas} role="img" aria-label={`${label}, in 3D`} />
          {opened === undefined && (
            <p className={styles.volumeNote}>Loading the whole volume, about {megabytes(viewer)} MB…</p>
          )}
          {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out in a row in every browser */}
          <div role="group" aria-label="Look" className={styles.volumeBar}>
            {LOOKS.map(([id, name]) => (
              <button
                key={id}
                type="button"
                className={styles.control}
                aria-pressed={look === id}
                onClick={() => setLook(id)}
              >
                {name}
              </button>
            ))}
          </div>
        </>
      ) : (
        <p className={styles.volumeNote} role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
