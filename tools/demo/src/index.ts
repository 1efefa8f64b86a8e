export { holdsOwnRecords } from './load/holds-own-records.ts'
export { loadDemo } from './load/load-demo.ts'
export { registerDemoPbx } from './load/register-demo-pbx.ts'
export { demoUsers } from './staff.ts'
