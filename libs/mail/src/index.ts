export { mailerOf, type Mailer } from './mailer.ts'
