// DICOM segmentation objects.
import { readDicomAnnotation } from '../dicom/annotation.ts';
import { probeDicom } from '../dicom/probe.ts';
import { sniffDicom } from '../dicom/sniff.ts';
import type { Format } from '../format.ts';

const dicomSeg: Format = {
  id: 'dicom-seg',
  summary: 'DICOM SEG: binary, fractional or label map, overlapping segments in layers',
  sniff: (head, _name, isDirectory) => (isDirectory ? 0 : sniffDicom(head, 'segmentation')),
  readAnnotation: (path, options) => readDicomAnnotation(path, options),
  probe: (path, options) => probeDicom(path, 'dicom-seg', options),
};

export default dicomSeg;
