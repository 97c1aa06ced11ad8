// overread/records: records out of release files, wherever they lie, resumable at any of them.
export { arrowRecords } from './arrow.ts';
export { openData, openFile, readJson, readWhole } from './data-root.ts';
export { type DelimitedOptions, delimitedRecords } from './delimited.ts';
export { type FolderPicture, folderPictures } from './folder.ts';
export { type HttpDataOptions, openHttpData } from './http-root.ts';
export { type JsonOptions, jsonElements, jsonEntries } from './json.ts';
export { jsonlRecords } from './jsonl.ts';
export { type NpyArray, type NpzRow, npzArray, npzArrays, npzRecords } from './npz.ts';
export { overFiles } from './over-files.ts';
export { type ParquetOptions, parquetColumns, parquetRecords } from './parquet.ts';
export type { ByteSource, Cursor, DataRoot, Streamed, StreamOptions } from './source.ts';
export { type TarOptions, type TarSample, tarSamples } from './tar.ts';
