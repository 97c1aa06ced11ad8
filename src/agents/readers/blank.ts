// blank: a control that shows as many pictures of the same size and captions, all of one grey.
import { direct } from '../direct.ts';
import { blankPictures } from '../picture-changes.ts';
import { blankImages, ownImages } from '../shown-volume.ts';

export default direct({
  id: 'blank',
  summary: 'a control: pictures of the same number and size, all of one grey',
  needsImage: true,
  images: (context) => ownImages(context, { repaint: blankImages, released: blankPictures(context.blobs) }),
});
