// DICOM series with the structure sets drawn on them, in one folder or many, or in a zip.
import { detectDicomCases, dicomCases } from '../dicom/cases.ts';
import type { Layout } from '../layout.ts';

const dicomRtstruct: Layout = {
  id: 'dicom-rtstruct',
  summary: 'DICOM image series with the RTSTRUCT objects that reference them, in any folders below',
  detect: (path) => detectDicomCases(path, 'structures'),
  cases: (path, options) => dicomCases(path, 'structures', options),
};

export default dicomRtstruct;
