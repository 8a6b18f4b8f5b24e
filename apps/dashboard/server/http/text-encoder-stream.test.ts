import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { installTextEncoderStream } from './text-encoder-stream.ts'

const native = globalThis.TextEncoderStream
afterEach(() => {
  globalThis.TextEncoderStream = native
})

async function encode(chunks: string[]): Promise<Buffer> {
  const stream = new TextEncoderStream()
  const writer = stream.writable.getWriter()
  const written = Promise.all([...chunks.map((chunk) => writer.write(chunk)), writer.close()])
  const parts: Uint8Array[] = []
  for await (const part of stream.readable) parts.push(part)
  await written
  return Buffer.concat(parts)
}

test('it writes what the one of Node writes, wherever a text is cut', async () => {
  const units = fc.string({ unit: fc.constantFrom('a', 'é', '漢', '😀', '\ud83d', '\ude00', '\ufeff') })
  await fc.assert(
    fc.asyncProperty(fc.array(units, { maxLength: 6 }), async (chunks) => {
      globalThis.TextEncoderStream = native
      const expected = await encode(chunks)
      installTextEncoderStream()
      expect((await encode(chunks)).equals(expected)).toBe(true)
    }),
  )
})

test('a text of megabytes does not hold up everything else', async () => {
  installTextEncoderStream()
  const text = 'some text of a revision, é漢😀 '.repeat(200_000)
  const began = performance.now()
  expect((await encode([text])).length).toBe(Buffer.byteLength(text))
  // Node's own takes a second and more.
  expect(performance.now() - began).toBeLessThan(400)
})
