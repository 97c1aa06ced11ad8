// The attributes of a binary segmentation object, encoded by dcmjs (PS3.3 A.51, C.8.20).
import { createRequire } from 'node:module';
import type { Grid, Vec3 } from '../../domain/geometry.ts';
import type { SegmentMask, SegReferences, WriteDicomSegOptions } from '../write-dicom-seg.ts';
import { normalOf } from './plane.ts';
import type { DicomCode } from './segment-codes.ts';
import { framesOf, overlapping, packed, type SegmentFrame } from './segmentation-frames.ts';

/** A data set by keyword, as dcmjs takes it. */
type Attributes = Record<string, unknown>;

interface Dcmjs {
  data: {
    DicomMetaDictionary: {
      denaturalizeDataset(attributes: Attributes): Attributes;
    };
    DicomDict: new (meta: Attributes) => { dict: Attributes; write(options: Attributes): ArrayBuffer };
  };
}

export interface EncodeOptions extends WriteDicomSegOptions {
  readonly references: SegReferences;
  readonly planes: { readonly orientation: readonly number[]; readonly step: Vec3; readonly origin: Vec3 };
  readonly contentDate: Date;
  readonly study: string;
  readonly series: string;
  readonly instance: string;
  readonly frameOfReference: string;
  readonly dimensions: string;
}

const SEGMENTATION_STORAGE = '1.2.840.10008.5.1.4.1.1.66.4';
const EXPLICIT_LITTLE = '1.2.840.10008.1.2.1';
const IMPLEMENTATION = '2.25.188266118093617026253049293486246204941';

/** A decimal string of at most 16 characters (VR DS), as exact as those allow. */
export function decimalString(value: number): string {
  const plain = String(value);
  if (plain.length <= 16) return plain;
  for (let digits = 15; digits > 0; digits--) {
    const text = value.toPrecision(digits);
    if (text.length <= 16) return text;
  }
  return '0';
}

function codeItem({ value, scheme, meaning }: DicomCode): Attributes {
  return { CodeValue: value, CodingSchemeDesignator: scheme, CodeMeaning: meaning.slice(0, 64) };
}

/** CIE L*a*b* of sRGB, scaled to 16 bits as PS3.3 C.10.7.1.1 asks. */
function cielab([r, g, b]: readonly number[]): number[] {
  const linear = [r, g, b].map((channel) => {
    const c = channel / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  const f = (t: number) => (t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116);
  const x = f((0.4124 * linear[0] + 0.3576 * linear[1] + 0.1805 * linear[2]) / 0.95047);
  const y = f(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]);
  const z = f((0.0193 * linear[0] + 0.1192 * linear[1] + 0.9505 * linear[2]) / 1.08883);
  const lab = [(116 * y - 16) / 100, (500 * (x - y) + 128) / 255, (200 * (y - z) + 128) / 255];
  return lab.map((value) => Math.round(Math.min(1, Math.max(0, value)) * 65535));
}

function segmentItem(mask: SegmentMask, algorithm: string | undefined): Attributes {
  return {
    SegmentNumber: mask.number,
    SegmentLabel: mask.label,
    SegmentAlgorithmType: algorithm === undefined ? 'MANUAL' : 'AUTOMATIC',
    ...(algorithm === undefined ? {} : { SegmentAlgorithmName: algorithm.slice(0, 64) }),
    ...(mask.rgb === undefined ? {} : { RecommendedDisplayCIELabValue: cielab(mask.rgb) }),
    SegmentedPropertyCategoryCodeSequence: [codeItem(mask.category)],
    SegmentedPropertyTypeCodeSequence: [codeItem(mask.type)],
  };
}

function sourceImage(references: SegReferences, slice: number): Attributes {
  const source = references.instances?.[slice];
  if (source === undefined) return {};
  return {
    DerivationImageSequence: [
      {
        DerivationCodeSequence: [codeItem({ value: '113076', scheme: 'DCM', meaning: 'Segmentation' })],
        SourceImageSequence: [
          {
            ReferencedSOPClassUID: source.sopClassUid,
            ReferencedSOPInstanceUID: source.sopInstanceUid,
            PurposeOfReferenceCodeSequence: [
              codeItem({
                value: '121322',
                scheme: 'DCM',
                meaning: 'Source image for image processing operation',
              }),
            ],
          },
        ],
      },
    ],
  };
}

function frameItems(frames: readonly SegmentFrame[], { planes, references }: EncodeOptions): Attributes[] {
  // Dimension values count the places that are used, from 1.
  const places = [...new Set(frames.map(({ slice }) => slice))].sort((a, b) => a - b);
  const rank = new Map(places.map((slice, index) => [slice, index + 1]));
  return frames.map(({ mask, slice }) => ({
    ...sourceImage(references, slice),
    FrameContentSequence: [{ DimensionIndexValues: [mask.number, rank.get(slice) ?? 1] }],
    PlanePositionSequence: [
      {
        ImagePositionPatient: [0, 1, 2].map((c) => decimalString(planes.origin[c] + slice * planes.step[c])),
      },
    ],
    SegmentIdentificationSequence: [{ ReferencedSegmentNumber: mask.number }],
  }));
}

function referencedSeries({ seriesInstanceUid, instances }: SegReferences): Attributes {
  if (seriesInstanceUid === undefined || instances === undefined) return {};
  const seen = new Map(instances.map((one) => [one.sopInstanceUid, one]));
  return {
    ReferencedSeriesSequence: [
      {
        SeriesInstanceUID: seriesInstanceUid,
        ReferencedInstanceSequence: [...seen.values()].map(({ sopClassUid, sopInstanceUid }) => ({
          ReferencedSOPClassUID: sopClassUid,
          ReferencedSOPInstanceUID: sopInstanceUid,
        })),
      },
    ],
  };
}

function dimensions(uid: string): Attributes {
  const index = (pointer: string, group: string, label: string) => ({
    DimensionOrganizationUID: uid,
    DimensionIndexPointer: pointer,
    FunctionalGroupPointer: group,
    DimensionDescriptionLabel: label,
  });
  return {
    DimensionOrganizationType: '3D',
    DimensionOrganizationSequence: [{ DimensionOrganizationUID: uid }],
    DimensionIndexSequence: [
      index('0062000B', '0062000A', 'ReferencedSegmentNumber'),
      index('00200032', '00209113', 'ImagePositionPatient'),
    ],
  };
}

/** Encodes the object. Frames are ordered by segment, then along the slices. */
export function encodeSegmentation(
  grid: Grid,
  masks: readonly SegmentMask[],
  options: EncodeOptions,
): Uint8Array {
  // Loaded when something is written; it comes without types.
  const { DicomMetaDictionary, DicomDict } = (createRequire(import.meta.url)('dcmjs') as Dcmjs).data;
  const frames = framesOf(grid, masks);
  const stamp = options.contentDate.toISOString();
  const { patient = {} } = options.references;
  // Spacing is measured along the normal, which a tilted stack's step is not.
  const normal = normalOf(options.planes.orientation);
  const step = Math.abs(options.planes.step.reduce((sum, value, c) => sum + value * normal[c], 0));
  const attributes: Attributes = {
    SpecificCharacterSet: 'ISO_IR 192',
    ImageType: ['DERIVED', 'PRIMARY'],
    SOPClassUID: SEGMENTATION_STORAGE,
    SOPInstanceUID: options.instance,
    StudyDate: '',
    ContentDate: stamp.slice(0, 10).replaceAll('-', ''),
    StudyTime: '',
    ContentTime: stamp.slice(11, 19).replaceAll(':', ''),
    AccessionNumber: '',
    Modality: 'SEG',
    Manufacturer: 'Overread',
    ReferringPhysicianName: '',
    SeriesDescription: (options.description ?? 'Segmentation').slice(0, 64),
    ManufacturerModelName: 'Overread',
    ...referencedSeries(options.references),
    PatientName: patient.name ?? '',
    PatientID: patient.id ?? '',
    PatientBirthDate: patient.birthDate ?? '',
    PatientSex: patient.sex ?? '',
    DeviceSerialNumber: '0',
    SoftwareVersions: '0.1.0',
    StudyInstanceUID: options.study,
    SeriesInstanceUID: options.series,
    StudyID: '',
    SeriesNumber: 1,
    InstanceNumber: 1,
    FrameOfReferenceUID: options.frameOfReference,
    PositionReferenceIndicator: '',
    ...dimensions(options.dimensions),
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    NumberOfFrames: frames.length,
    Rows: grid.shape[1],
    Columns: grid.shape[0],
    BitsAllocated: 1,
    BitsStored: 1,
    HighBit: 0,
    PixelRepresentation: 0,
    LossyImageCompression: '00',
    SegmentationType: 'BINARY',
    SegmentsOverlap: overlapping(grid, masks) ? 'YES' : 'NO',
    SegmentSequence: masks.map((mask) => segmentItem(mask, options.algorithm)),
    ContentLabel: 'SEGMENTATION',
    ContentDescription: '',
    ContentCreatorName: '',
    SharedFunctionalGroupsSequence: [
      {
        PlaneOrientationSequence: [
          { ImageOrientationPatient: options.planes.orientation.map(decimalString) },
        ],
        PixelMeasuresSequence: [
          {
            SliceThickness: decimalString(step),
            SpacingBetweenSlices: decimalString(step),
            PixelSpacing: [decimalString(grid.spacing[1]), decimalString(grid.spacing[0])],
          },
        ],
      },
    ],
    PerFrameFunctionalGroupsSequence: frameItems(frames, options),
  };
  const meta = DicomMetaDictionary.denaturalizeDataset({
    FileMetaInformationVersion: [new Uint8Array([0, 1]).buffer],
    MediaStorageSOPClassUID: SEGMENTATION_STORAGE,
    MediaStorageSOPInstanceUID: options.instance,
    TransferSyntaxUID: EXPLICIT_LITTLE,
    ImplementationClassUID: IMPLEMENTATION,
    ImplementationVersionName: 'OVERREAD',
  });
  const dict = new DicomDict(meta);
  dict.dict = DicomMetaDictionary.denaturalizeDataset(attributes);
  return withPixels(new Uint8Array(dict.write({ allowInvalidVRLength: false })), packed(grid, masks, frames));
}

/** Appends the pixel data, the last attribute of all: dcmjs would copy them several times over. */
function withPixels(attributes: Uint8Array, pixels: Uint8Array): Uint8Array {
  const out = new Uint8Array(attributes.length + 12 + pixels.length);
  out.set(attributes);
  const element = new DataView(out.buffer, attributes.length, 12);
  element.setUint16(0, 0x7fe0, true);
  element.setUint16(2, 0x0010, true);
  element.setUint16(4, 0x4f42);
  element.setUint32(8, pixels.length, true);
  out.set(pixels, attributes.length + 12);
  return out;
}
