import { addPiece } from '../../add-piece.ts'

/** Up to here is held; then the client has to wait. */
const enoughBytes = 65_536

/** What a client sends while the request before it is being served. */
export class WaitingBytes {
  #pieces: Buffer[] = []
  #bytes = 0

  get some(): boolean {
    return this.#bytes > 0
  }

  get full(): boolean {
    return this.#bytes >= enoughBytes
  }

  add(piece: Buffer): void {
    addPiece(this.#pieces, piece)
    this.#bytes += piece.length
  }

  /** All of it, in order; nothing waits any more. */
  take(): Buffer[] {
    const pieces = this.#pieces
    this.#pieces = []
    this.#bytes = 0
    return pieces
  }

  /** The same in one piece. */
  takeJoined(): Buffer {
    const pieces = this.take()
    const [first] = pieces
    return first && pieces.length === 1 ? first : Buffer.concat(pieces)
  }
}
