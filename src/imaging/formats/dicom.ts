// One DICOM image file: a 3D or multi-frame object, a single slice, or a 2D picture.
import { readDicomAnnotation } from '../dicom/annotation.ts';
import { probeDicom } from '../dicom/probe.ts';
import { sniffDicom } from '../dicom/sniff.ts';
import { readDicomVolume } from '../dicom/volume.ts';
import type { Format } from '../format.ts';

const dicom: Format = {
  id: 'dicom',
  summary: 'DICOM image file, single or multi-frame, in any transfer syntax but video',
  sniff: (head, _name, isDirectory) => (isDirectory ? 0 : sniffDicom(head, 'image')),
  readVolume: (path, options) => readDicomVolume(path, options),
  // Says that it is an image: some files open with a TIFF header that another format would take for its own.
  readAnnotation: (path, options) => readDicomAnnotation(path, options),
  probe: (path, options) => probeDicom(path, 'dicom', options),
};

export default dicom;
