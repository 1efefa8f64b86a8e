export { AppError, etagMismatch, invalid, notFound, type Code, type Violation } from './app-error.ts'
export { toProblem, type Problem } from './problem.ts'
export { ruleOf } from './rules.ts'
export { fromStatus, toStatus } from './status.ts'
