// What keys and buttons do to a viewer.
import type { Action } from './keys.ts';
import type { Viewer } from './viewer.ts';

/** False for what the viewer does not allow, and for what its controls do (the list of keys). */
export function act(viewer: Viewer, action: Action): boolean {
  const { plane, layout, masksOn } = viewer.settings();
  const { facts } = viewer.scan;
  switch (action.do) {
    case 'step':
      viewer.standAt(plane, viewer.index(plane) + action.by);
      return true;
    case 'end':
      viewer.standAt(plane, action.last ? facts.planes[plane].count - 1 : 0);
      return true;
    case 'masks':
      if (!viewer.masks) return false;
      viewer.change({ masksOn: !masksOn });
      return true;
    case 'preset': {
      const preset = facts.presets[action.at];
      if (preset !== undefined) viewer.change({ window: { level: preset.level, width: preset.width } });
      return true;
    }
    case 'zoom':
      viewer.zoom(plane, action.factor);
      return true;
    case 'fit':
      viewer.fit();
      return true;
    case 'plane':
      if (!viewer.planes.includes(action.plane)) return false;
      viewer.change({ plane: action.plane, layout: layout === 'three' ? 'three' : 'one' });
      return true;
    case 'three':
      if (viewer.planes.length < 3) return false;
      viewer.change({ layout: layout === 'three' ? 'one' : 'three' });
      return true;
    case 'tool':
      if (!viewer.tools && (action.tool === 'ruler' || action.tool === 'region')) return false;
      viewer.change({ tool: action.tool });
      return true;
    case 'escape':
      viewer.change({ tool: 'point' });
      return true;
    default:
      return false;
  }
}
