// DICOM radiotherapy structure sets, drawn on the images beside them.
import { readDicomAnnotation } from '../dicom/annotation.ts';
import { probeDicom } from '../dicom/probe.ts';
import { sniffDicom } from '../dicom/sniff.ts';
import type { Format } from '../format.ts';

const dicomRtstruct: Format = {
  id: 'dicom-rtstruct',
  summary: 'DICOM RTSTRUCT: contours filled on the grid of the series they reference, found beside the file',
  sniff: (head, _name, isDirectory) => (isDirectory ? 0 : sniffDicom(head, 'structures')),
  readAnnotation: (path, options) => readDicomAnnotation(path, options),
  probe: (path, options) => probeDicom(path, 'dicom-rtstruct', options),
};

export default dicomRtstruct;
