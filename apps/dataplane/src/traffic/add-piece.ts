/** So many pieces stay apart. */
const mostPieces = 64

/** Adds a piece to those that are held. Many become one, so that very small ones cost no more memory than they are long. */
export function addPiece<Piece extends Uint8Array>(pieces: (Piece | Buffer)[], piece: Piece): void {
  if (pieces.push(piece) === mostPieces) pieces.splice(0, mostPieces, Buffer.concat(pieces))
}
