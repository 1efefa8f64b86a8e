export { DEMO_CALLERS } from './generate.ts'
export { loadDemo, type LoadOptions } from './load/load-demo.ts'
export { registerDemoPbx, type DemoPbx } from './load/register-demo-pbx.ts'
export { demoUsers } from './staff.ts'
