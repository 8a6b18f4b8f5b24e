import { expect, test } from 'vitest'
import { addPiece } from './add-piece.ts'

test('pieces keep their order and stay few, however many there are', () => {
  const pieces: Buffer[] = []
  for (let i = 0; i < 5000; i++) {
    addPiece(pieces, Buffer.from(`${i},`))
    expect(pieces.length).toBeLessThan(64)
  }
  expect(Buffer.concat(pieces).toString()).toBe(Array.from({ length: 5000 }, (_, i) => `${i},`).join(''))
})
