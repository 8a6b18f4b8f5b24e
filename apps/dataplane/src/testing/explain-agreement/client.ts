import net, { type Socket } from 'node:net'
import { AnswerReader, type WholeAnswer } from '../../traffic/testing/answer-reader.ts'

/** Sends requests one after the other, over a connection for each place it sends from and to as long as that is kept. */
export class Client {
  readonly #sockets = new Map<string, Socket>()

  /** @param from the address to come from */
  async ask(port: number, from: string, bytes: string): Promise<WholeAnswer> {
    const key = `${from} ${port}`
    let socket = this.#sockets.get(key)
    if (!socket || socket.destroyed || !socket.writable) {
      socket = await connect(port, from)
      this.#sockets.set(key, socket)
    }
    return exchange(socket, bytes)
  }

  close(): void {
    for (const socket of this.#sockets.values()) socket.destroy()
    this.#sockets.clear()
  }
}

function connect(port: number, localAddress: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ port, host: '127.0.0.1', localAddress, noDelay: true }, () => resolve(socket))
    socket.on('error', reject)
  })
}

function exchange(socket: Socket, bytes: string): Promise<WholeAnswer> {
  return new Promise((resolve, reject) => {
    const reader = new AnswerReader([bytes.slice(0, bytes.indexOf(' '))])
    const over = (): void => {
      socket.off('data', read)
      socket.off('close', closed)
    }
    let last = false
    const read = (chunk: Buffer): void => {
      // The gateway writes a head as one piece.
      last ||= chunk.includes('\r\nConnection: close\r\n')
      reader.read(chunk)
      const [answer] = reader.answers
      if (!answer && reader.fault === undefined) return
      over()
      if (!answer) reject(new Error(reader.fault))
      else {
        // The gateway closes after this one, perhaps only after a while.
        if (last) socket.destroy()
        resolve(answer)
      }
    }
    const closed = (): void => {
      over()
      reject(new Error(`closed without an answer to ${JSON.stringify(bytes)}`))
    }
    socket.on('data', read)
    socket.on('close', closed)
    socket.write(bytes, 'latin1')
  })
}
