// What a file format is: how it is recognised, what it can read, and what its header says.
import type { Affine, Vec3 } from '../domain/geometry.ts';
import type { RawAnnotation, Volume } from '../domain/volume.ts';
import type { ReadOptions } from './limits.ts';

/** What can be told of a file or folder without reading its voxels. */
export interface Probe {
  /** Format id, e.g. "nifti". */
  readonly format: string;
  readonly shape?: Vec3;
  readonly spacing?: Vec3;
  readonly affine?: Affine;
  /** Axis codes as stored, e.g. "LPS". */
  readonly axes?: string;
  /** Stored voxel type, e.g. "int16". */
  readonly dataType?: string;
  /** Whether the format can hold an image, a label map, or says nothing of which it is. */
  readonly holds: 'volume' | 'annotation' | 'either';
  readonly facts?: Readonly<Record<string, string | number | boolean>>;
  readonly notes: readonly string[];
}

/**
 * A file format: one file in `formats/`, default export, file name = id.
 * Readers throw `OverreadError` only, whatever the bytes are.
 */
export interface Format {
  readonly id: string;
  /** One line for `overread doctor` and the documentation. */
  readonly summary: string;
  /**
   * How sure this format is that the file or folder is its own: 0 not at all, 0.5 by its name only, 0.9 by its
   * content, 1 by content that no other format shares.
   * @param head first bytes of the file (up to 4 KiB, gunzipped when the file is gzip); empty for a folder
   * @param name base name, as the user wrote it
   * @param path full path, for formats that must look at a folder's entries or a companion file
   */
  sniff(head: Uint8Array, name: string, isDirectory: boolean, path: string): number | Promise<number>;
  /** Reads an image. Absent: the format holds annotations only. */
  readVolume?(path: string, options: ReadOptions): Promise<Volume>;
  /** Reads an annotation. Absent: the format holds images only. */
  readAnnotation?(path: string, options: ReadOptions): Promise<RawAnnotation>;
  probe(path: string, options: ReadOptions): Promise<Probe>;
}
