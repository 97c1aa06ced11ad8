// DICOM series with segmentation objects drawn on them, in one folder or many, or in a zip.
import { detectDicomCases, dicomCases } from '../dicom/cases.ts';
import type { Layout } from '../layout.ts';

const dicomSeg: Layout = {
  id: 'dicom-seg',
  summary: 'DICOM image series with the SEG objects that reference them, in any folders below',
  detect: (path) => detectDicomCases(path, 'segmentation'),
  cases: (path, options) => dicomCases(path, 'segmentation', options),
};

export default dicomSeg;
