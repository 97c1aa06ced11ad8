// A folder or zip of DICOM files: one series as a volume, or the one annotation among them.
import { readDicomAnnotation } from '../dicom/annotation.ts';
import { probeDicom } from '../dicom/probe.ts';
import { sniffFolder, sniffZip } from '../dicom/sniff.ts';
import { readDicomVolume } from '../dicom/volume.ts';
import type { Format } from '../format.ts';

const dicomSeries: Format = {
  id: 'dicom-series',
  summary: 'DICOM series in a folder (searched recursively), around a DICOMDIR, or in a zip',
  sniff(head, name, isDirectory, path) {
    if (isDirectory) return sniffFolder(path);
    return name.toUpperCase() === 'DICOMDIR' ? 0.9 : sniffZip(head, path);
  },
  readVolume: (path, options) => readDicomVolume(path, options),
  readAnnotation: (path, options) => readDicomAnnotation(path, options),
  probe: (path, options) => probeDicom(path, 'dicom-series', options),
};

export default dicomSeries;
