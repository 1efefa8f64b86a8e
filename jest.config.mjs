export default {
  roots: ['<rootDir>/libs', '<rootDir>/services', '<rootDir>/gateway', '<rootDir>/tools'],
  testMatch: ['**/test/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/gateway/web/', '/e2e/'],
  modulePathIgnorePatterns: ['/gateway/web/dist/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/tools/jest/strip-types.mjs' },
  testEnvironment: 'node',
  coverageProvider: 'v8',
  maxWorkers: 2,
  // What hangs is seen; a busy machine takes four times as long as an idle one.
  testTimeout: 240_000,
}
