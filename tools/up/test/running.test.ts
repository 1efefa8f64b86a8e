import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { acquireLock } from '../src/lock.ts'
import { runningOrigin } from '../src/running.ts'

// Seen failing without the look into the lock.
test('a command in a second terminal finds the product by its data folder, whatever its port', () => {
  const dir = mkdtempSync(join(tmpdir(), 'vitrylo-running-'))
  const lock = acquireLock(dir, 'http://127.0.0.1:8090')
  try {
    expect(runningOrigin({ VITRYLO_DATA_DIR: dir, VITRYLO_PORT: '8099' })).toBe('http://127.0.0.1:8090')
    expect(runningOrigin({ VITRYLO_DATA_DIR: dir, VITRYLO_URL: 'http://crm.example' })).toBe('http://crm.example')
    lock.release()
    expect(runningOrigin({ VITRYLO_DATA_DIR: dir, VITRYLO_PORT: '8099' })).toBe('http://127.0.0.1:8099')
    expect(runningOrigin({ VITRYLO_DATA_DIR: dir })).toBe('http://127.0.0.1:8080')
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
})
