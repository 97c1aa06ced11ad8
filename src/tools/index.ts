// overread/tools: what a reader may call, bound to one case.
export { callTool } from './call.ts';
export { caseOpener, openCaseAccess } from './case-access.ts';
export { toolkit } from './toolkit.ts';
