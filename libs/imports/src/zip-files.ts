import { Readable } from 'node:stream'
import { ZipFile } from 'yazl'

export type ZipEntry = { name: string; content: () => AsyncIterable<Buffer> }

/** Files -> one ZIP, made while it is read: nothing is held but what is being written. */
export async function* zipFiles(files: readonly ZipEntry[]): AsyncGenerator<Buffer> {
  const zip = new ZipFile()
  const out = zip.outputStream as Readable
  const sources = files.map(({ name, content }) => {
    const source = Readable.from(content(), { objectMode: false, highWaterMark: 64 * 1024 })
    // An error of the content must end the file, not hang it.
    source.once('error', (error) => out.destroy(error))
    zip.addReadStream(source, name)
    return source
  })
  zip.end()
  try {
    for await (const part of out) yield part as Buffer
  } finally {
    for (const source of sources) source.destroy()
  }
}
