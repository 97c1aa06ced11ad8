// NiiVue behind a few verbs: open, look, show, close.
import { labelColours } from './engine/label-colours.ts';
import type { Settings, ViewerScan } from './engine/state.ts';

export type VolumeLook = 'render' | 'planes';

export interface OpenedVolume {
  look(look: VolumeLook): void;
  /** Window and opacity of the masks as the slices have them. */
  show(settings: Settings): void;
  close(): void;
}

export async function openVolume(options: {
  readonly canvas: HTMLCanvasElement;
  readonly scan: ViewerScan;
  readonly masks: boolean;
  /** Voxel that the cross-hair begins at. */
  readonly at: readonly [number, number, number];
  readonly load: (name: 'volume.nii' | 'labels.nii') => Promise<ArrayBuffer>;
  readonly signal: AbortSignal;
}): Promise<OpenedVolume> {
  const { canvas, scan, masks, at, load, signal } = options;
  const { Niivue, NVImage } = await import('@niivue/niivue');
  const [image, labels] = await Promise.all([
    scan.facts.hasImage ? load('volume.nii') : undefined,
    masks && scan.structures.length > 0 ? load('labels.nii') : undefined,
  ]);
  signal.throwIfAborted();
  const niivue = new Niivue({
    backColor: [0, 0, 0, 1],
    show3Dcrosshair: true,
    crosshairWidth: 1,
    crosshairColor: [0.49, 0.77, 1, 0.8],
    // The patient lies as in the slices: his right on the left, his nose on the left from the side.
    isRadiologicalConvention: true,
    sagittalNoseLeft: true,
    isNearestInterpolation: true,
    dragAndDropEnabled: false,
    logLevel: 'error',
  });
  await niivue.attachToCanvas(canvas);
  for (const [name, bytes] of [
    ['volume.nii', image],
    ['labels.nii', labels],
  ] as const)
    if (bytes !== undefined) niivue.addVolume(await NVImage.loadFromUrl({ url: bytes, name }));
  const over = image === undefined ? 0 : 1;
  niivue.scene.crosshairPos = niivue.vox2frac([...at]);
  return {
    look(look) {
      niivue.setSliceType(look === 'render' ? niivue.sliceTypeRender : niivue.sliceTypeMultiplanar);
    },
    show({ window, opacity, masksOn, shown }) {
      if (image !== undefined) {
        const [volume] = niivue.volumes;
        volume.cal_min = window.level - window.width / 2;
        volume.cal_max = window.level + window.width / 2;
      }
      if (labels !== undefined) {
        niivue.volumes[over].setColormapLabel(labelColours(scan, shown));
        niivue.setOpacity(over, masksOn ? Math.min(1, opacity * 1.5) : 0);
      }
      niivue.updateGLVolume();
    },
    close() {
      niivue.cleanup();
      canvas.getContext('webgl2')?.getExtension('WEBGL_lose_context')?.loseContext();
    },
  };
}
