// direct: the plain reading of a model: the scan's pictures and the question, one request.
import { direct } from '../direct.ts';
import { ownImages } from '../shown-volume.ts';

export default direct({
  id: 'direct',
  summary: 'a model sees the scan and the question and answers at once',
  needsImage: true,
  images: ownImages,
});
