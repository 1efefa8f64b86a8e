/** An array of records, each as `textOf` writes it, made while it is read. */
export async function* writeJson<R>(pages: AsyncIterable<readonly R[]>, textOf: (record: R) => string): AsyncGenerator<Buffer> {
  let before = '[\n'
  for await (const page of pages) {
    if (page.length === 0) continue
    yield Buffer.from(before + page.map(textOf).join(',\n'))
    before = ',\n'
  }
  yield Buffer.from(before === '[\n' ? '[]\n' : '\n]\n')
}
