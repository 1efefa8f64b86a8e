export default {
  rootDir: '../..',
  roots: ['<rootDir>/tools/e2e'],
  testMatch: ['<rootDir>/tools/e2e/**/*.e2e.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/tools/jest/strip-types.mjs' },
  testEnvironment: 'node',
  // One product and one browser at a time: what is measured in seconds must not wait for a neighbour.
  maxWorkers: 1,
  verbose: true,
  testTimeout: 240_000,
}
