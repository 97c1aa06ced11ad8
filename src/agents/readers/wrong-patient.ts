// wrong-patient: a control that shows another patient's scan with the question.
import { direct } from '../direct.ts';
import { otherPatient, ownImages } from '../shown-volume.ts';

export default direct({
  id: 'wrong-patient',
  summary: "a control: another patient's scan is shown with the question",
  needsImage: true,
  images: (context) => ownImages(context, otherPatient(context)),
});
