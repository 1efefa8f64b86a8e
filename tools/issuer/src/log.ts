import type { Log } from '@vitrylo/events'

export type Logger = Log

export const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} }
