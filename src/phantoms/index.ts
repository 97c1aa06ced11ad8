// overread/phantoms: synthetic abdominal CT whose description is the truth.
export {
  hardCases,
  type LesionTruth,
  type Phantom,
  type PhantomDescription,
  type PhantomTruth,
  phantomCohort,
  type StructureTruth,
  writeCohort,
} from './cohort.ts';
