// overread/imaging: files and folders to volumes and label maps, slices and pictures, and back to files.
export { toRas } from './canonical.ts';
export { type DicomFrames, decodeDicomFrames, dicomRaster } from './dicom/pictures.ts';
export type { Format, Probe } from './format.ts';
export { allLayouts, type CaseFacts, findLayout, type Layout, type LayoutCase } from './layout.ts';
export type { ReadOptions } from './limits.ts';
export { matchGeometry } from './match-geometry.ts';
export { montage } from './montage.ts';
export { openAnnotation, openVolume, probe } from './open.ts';
export { drawBox, drawRuler, overlay } from './overlay.ts';
export { isotropicGrid, resample } from './resample.ts';
export { type Slice, sliceOf, WINDOWS, windowed } from './slices.ts';
export { writeDicomSeg } from './write-dicom-seg.ts';
export { writeNifti } from './write-nifti.ts';
export { encodePng } from './write-png.ts';
