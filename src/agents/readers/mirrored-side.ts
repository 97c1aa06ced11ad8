// mirrored-side: a control that shows the scan mirrored left to right; answers about sides should turn over.
import { direct } from '../direct.ts';
import { mirroredPictures } from '../picture-changes.ts';
import { changedVolume, ownImages } from '../shown-volume.ts';
import { mirroredSide } from '../volume-changes.ts';

export default direct({
  id: 'mirrored-side',
  summary: 'a control: the scan or the pictures mirrored left to right',
  needsImage: true,
  images: (context) =>
    ownImages(context, {
      volumeOf: changedVolume(mirroredSide),
      released: mirroredPictures(context.blobs),
    }),
});
