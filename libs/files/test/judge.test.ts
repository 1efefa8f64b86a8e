import { expect, test } from '@jest/globals'
import { judgeContent } from '../src/content-kind.ts'
import { cleanName } from '../src/file-name.ts'

test.each([
  ['договір.pdf', 'договір.pdf'], ['C:\\Users\\me\\скан.pdf', 'скан.pdf'], ['../../etc/passwd', 'passwd'], ['рахунок\u202efdp.exe', 'рахунокfdp.exe'],
  ['a\0b\nc\r.txt', 'abc.txt'], ['..', 'file'], ['...', 'file'], ['', 'file'], [' / ', 'file'], ['a/', 'a'], ['.env', '.env'], ['e\u0301.txt', 'é.txt'], ['нульова\u200bширина.txt', 'нульоваширина.txt'],
  ['\ud800.txt', '\ufffd.txt'], ['a. ', 'a'], ['\u2066x\u2069.doc', 'x.doc'],
])('%j is kept as %j', (given, kept) => expect(cleanName(given)).toBe(kept))

test('a long name is cut to 255 bytes, never inside a letter, and keeps its ending', () => {
  for (const letter of ['a', 'ї', '🙂']) {
    const name = cleanName(`${letter.repeat(400)}.pdf`)
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255)
    expect(Buffer.byteLength(name)).toBeGreaterThan(250)
    expect(name).toMatch(/\.pdf$/)
    expect(name.isWellFormed()).toBe(true)
  }
})

const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')
const PDF = Buffer.from('%PDF-1.7\n%\xe2\xe3\n1 0 obj\n', 'latin1')
const EXE = Buffer.concat([Buffer.from('MZ'), Buffer.alloc(200)])
const ELF = Buffer.concat([Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]), Buffer.alloc(200)])
const SIGNED = Buffer.concat([Buffer.from('308006092a864886f70d010702a0803080020101310e300c060a2a8624020101010102013080', 'hex'), Buffer.from('06092a864886f70d010701a080248004820400', 'hex'), PDF])
const ZIP = Buffer.concat([Buffer.from('PK\x03\x04\x14\0\0\0\0\0', 'latin1'), Buffer.alloc(200)])
const OLE = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)])

test.each([
  ['a.png', PNG, 'image/png'], ['a.jpg', PNG, 'image/png'], ['a', PNG, 'image/png'], ['a.pdf', PDF, 'application/pdf'],
  ['a.pdf', Buffer.concat([Buffer.from('@PJL SET\r\n'), PDF]), 'application/pdf'], ['a.docx', ZIP, 'application/zip'], ['a.xls', OLE, 'application/x-cfb'],
  ['a.doc', ZIP, 'application/zip'], ['a.txt', Buffer.from('нотатка'), 'text/plain'], ['a.html', Buffer.from('<!doctype html><script>alert(1)</script>'), 'application/octet-stream'],
  ['a.svg', Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'), 'application/octet-stream'],
  ['a.xls', Buffer.from('<html><table>'), 'application/octet-stream'], ['lib.dll', EXE, 'application/octet-stream'], ['a.p7s', Buffer.from([0x30, 0x82, 1, 1]), 'application/octet-stream'],
  // A contract with the electronic signature around it, and one in a container of signatures.
  ['договір.pdf.p7s', SIGNED, 'application/octet-stream'], ['договір.asice', Buffer.concat([ZIP, PDF]), 'application/zip'], ['договір.zip', Buffer.concat([ZIP, PDF]), 'application/zip'],
  ['прошивка.bin', ELF, 'application/octet-stream'], ['знімок.bin', PDF, 'application/pdf'], ['без назви', Buffer.concat([Buffer.from('@PJL SET\r\n'), PDF]), 'application/pdf'],
])('%s is taken', async (name, bytes, type) => expect(await judgeContent(name, bytes)).toEqual({ type }))

test.each([
  ['рахунок.pdf', EXE], ['a.docx', EXE], ['a.jpg', ELF], ['a', ELF], ['a.txt', EXE], ['a.pdf', PNG], ['a.png', PDF], ['a.pdf', Buffer.from('<html>')], ['a.png', Buffer.from('<svg/>')], ['a.png', ZIP], ['a.pdf', ZIP], ['a.dll', PDF],
  ['a.pdf', Buffer.concat([EXE, PDF])], ['setup.exe', EXE], ['рахунок.com', PDF], ['рахунок.pdf.SCR', EXE], ['a.js', Buffer.from('1')], ['договір.p7s', EXE],
])('%s is refused: its content is another', async (name, bytes) => expect(await judgeContent(name, bytes)).toHaveProperty('wrong'))
