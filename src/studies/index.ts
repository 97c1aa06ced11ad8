// overread/studies: commands that need several runs and say one thing about them.
export { studies } from './kinds/registry.generated.ts';
export { optionOf, type Study, type StudyContext, type StudyResult } from './study.ts';
