// wrong-patient: a control that shows another patient's scan with the question.
import { direct } from '../direct.ts';
import { otherPatientsPictures } from '../picture-changes.ts';
import { otherPatient, ownImages } from '../shown-volume.ts';

export default direct({
  id: 'wrong-patient',
  summary: "a control: another patient's scan or pictures are shown with the question",
  needsImage: true,
  images: (context) =>
    ownImages(context, { ...otherPatient(context), released: otherPatientsPictures(context.otherPictures) }),
});
