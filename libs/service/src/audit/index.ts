export { deedOfJob, type Deed } from './deed.ts'
export type { Refused } from './refusals.ts'
export { createRecorder, isRefusal, type Recorder } from './recorder.ts'
export { recorded, remembered } from './scope.ts'
