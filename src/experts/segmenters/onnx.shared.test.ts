import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Volume } from '../../domain/volume.ts';
import { toRas } from '../../imaging/canonical.ts';
import { openVolume } from '../../imaging/open.ts';
import { openSegmenter } from '../segmenter.ts';

const shared = new URL('../../../../shared/data/', import.meta.url);
const weights = fileURLToPath(new URL('weights/model5_gw_ae.onnx', shared));

describe.skipIf(!existsSync(weights))('a published network of 25 kB on a published head', () => {
  it(
    'draws as many voxels of each class as the runtime by itself was found to',
    { timeout: 120_000 },
    async () => {
      const head = await openVolume(fileURLToPath(new URL('brain-mr/t1_crop.nii.gz', shared)));
      expect(head.source.axes).toBe('LIA');
      // Turned to RAS first: the network is to be handed the head as it was trained, whatever way the file lies.
      const turned: Volume = { ...head, ...toRas(head.grid, head.data) };
      const segmenter = await openSegmenter(
        `onnx:${weights},labels=1:class_1+2:class_2,norm=0..255,axes=LIA`,
      );
      const found = await segmenter.segment({ volume: turned, seed: 's' });
      const counts = [0, 0, 0];
      for (const label of found.layers[0].data) counts[label]++;
      expect(counts).toEqual([15523464, 518540, 735212]);
    },
  );
});
