// Planes, tools, window, zoom and what is shown: every control of the viewer that is not a list.
import type { Tool } from '../engine/keys.ts';
import { PLANES } from '../engine/planes.ts';
import type { Settings } from '../engine/state.ts';
import type { Viewer } from '../engine/viewer.ts';
import styles from '../viewer.module.css';
import { WindowControl } from './window-control.tsx';

const TOOLS: readonly (readonly [Tool, string, string])[] = [
  ['point', 'Point', 'Point: sets the cross-hair (x)'],
  ['window', 'Window', 'Window and level by dragging (w)'],
  ['move', 'Move', 'Move the image (v)'],
  ['ruler', 'Ruler', 'Ruler in mm (r)'],
  ['region', 'Region', 'Statistics within an ellipse (o)'],
];
const PLANE_KEYS = { axial: 'a', coronal: 'c', sagittal: 's' } as const;

export function Toolbar(props: {
  readonly viewer: Viewer;
  readonly settings: Settings;
  readonly hasStructures: boolean;
  /** Volumes are served for 3D. */
  readonly hasVolume: boolean;
  readonly panel: boolean;
  readonly onPanel: () => void;
  readonly onHelp: () => void;
}) {
  const { viewer, settings, hasStructures, hasVolume, panel, onPanel, onHelp } = props;
  const { layout, plane, tool } = settings;
  const { scan } = viewer;
  return (
    <div className={styles.toolbar}>
      {(viewer.planes.length > 1 || hasVolume) && (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out in a row in every browser
        <div role="group" aria-label="Plane" className={styles.group}>
          {PLANES.filter((each) => viewer.planes.includes(each)).map((each) => (
            <Press
              key={each}
              on={layout === 'one' && plane === each}
              title={`${each} (${PLANE_KEYS[each]})`}
              onPress={() => viewer.change({ layout: 'one', plane: each })}
            >
              {each[0].toUpperCase() + each.slice(1)}
            </Press>
          ))}
          {viewer.planes.length > 2 && (
            <Press
              on={layout === 'three'}
              title="Three planes (t)"
              onPress={() => viewer.change({ layout: 'three' })}
            >
              Three planes
            </Press>
          )}
          {hasVolume && (
            <Press
              on={layout === 'volume'}
              title="Volume in 3D"
              onPress={() => viewer.change({ layout: 'volume' })}
            >
              3D
            </Press>
          )}
        </div>
      )}
      {layout !== 'volume' && (
        <>
          {/* biome-ignore lint/a11y/useSemanticElements: as above */}
          <div role="group" aria-label="Tool" className={styles.group}>
            {TOOLS.filter(([id]) => viewer.tools || (id !== 'ruler' && id !== 'region')).map(
              ([id, name, title]) => (
                <Press key={id} on={tool === id} title={title} onPress={() => viewer.change({ tool: id })}>
                  {name}
                </Press>
              ),
            )}
          </div>
          <WindowControl viewer={viewer} window={settings.window} facts={scan.facts} />
          {/* biome-ignore lint/a11y/useSemanticElements: as above */}
          <div role="group" aria-label="Zoom" className={styles.group}>
            <Plain title="Smaller (−)" onPress={() => viewer.zoom(plane, 0.8)}>
              −
            </Plain>
            <Plain title="Larger (+)" onPress={() => viewer.zoom(plane, 1.25)}>
              +
            </Plain>
            <Plain title="Fit to the screen (0)" onPress={() => viewer.fit()}>
              Fit
            </Plain>
          </div>
          {/* biome-ignore lint/a11y/useSemanticElements: as above */}
          <div role="group" aria-label="Shown" className={styles.group}>
            {hasStructures && (
              <Press
                on={settings.masksOn}
                title="Masks (m)"
                onPress={() => viewer.change({ masksOn: !settings.masksOn })}
              >
                Masks
              </Press>
            )}
            {scan.reader !== undefined && hasStructures && (
              <Press
                on={settings.readerOn}
                title="Outlines of the reader’s masks"
                onPress={() => viewer.change({ readerOn: !settings.readerOn })}
              >
                Reader’s
              </Press>
            )}
            <Press
              on={settings.smooth}
              title="Smooth between pixels"
              onPress={() => viewer.change({ smooth: !settings.smooth })}
            >
              Smooth
            </Press>
          </div>
        </>
      )}
      <div className={styles.ends}>
        <Press on={panel} title="Lists of marks and structures" onPress={onPanel}>
          Lists
        </Press>
        <Plain title="Keys of the viewer (?)" onPress={onHelp}>
          ?
        </Plain>
      </div>
    </div>
  );
}

interface ButtonProps {
  readonly title: string;
  readonly onPress: () => void;
  readonly children: React.ReactNode;
}

function Press({ on, title, onPress, children }: ButtonProps & { readonly on: boolean }) {
  return (
    <button type="button" className={styles.control} aria-pressed={on} title={title} onClick={onPress}>
      {children}
    </button>
  );
}

function Plain({ title, onPress, children }: ButtonProps) {
  return (
    <button type="button" className={styles.control} aria-label={title} title={title} onClick={onPress}>
      {children}
    </button>
  );
}
