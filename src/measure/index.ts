// overread/measure: masks and pixels to measurements.
export { answerMeasure, answerSegment } from './answer.ts';
export { compareAnnotations, compareMasks } from './compare.ts';
export { ibsiFeatures } from './ibsi/ibsi.ts';
export { type MeasureOptions, measureCase } from './measure.ts';
export { PUBLISHED_MEASUREMENTS, TOOL_MEASUREMENTS } from './tool-measurements.ts';
