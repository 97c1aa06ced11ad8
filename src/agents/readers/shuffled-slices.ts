// shuffled-slices: a control that shows the scan's axial slices in a random order.
import { direct } from '../direct.ts';
import { shuffledPictures } from '../picture-changes.ts';
import { changedVolume, ownImages } from '../shown-volume.ts';
import { shuffledSlices } from '../volume-changes.ts';

export default direct({
  id: 'shuffled-slices',
  summary: 'a control: the axial slices, or an item’s several pictures, in a random order',
  needsImage: true,
  images: (context) =>
    ownImages(context, { volumeOf: changedVolume(shuffledSlices), released: shuffledPictures }),
});
