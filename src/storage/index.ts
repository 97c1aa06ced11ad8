// overread/storage: blobs by content hash, and the store of runs and reads.
export { type BlobStore, fileBlobs, memoryBlobs } from './blobs.ts';
export {
  type Intent,
  openStore,
  type PurgeResult,
  type ReadFilter,
  type ReplyLink,
  type Store,
} from './store.ts';
