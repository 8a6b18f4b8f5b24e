import type { Socket } from 'node:net'
import { connectRaw } from './client.ts'

const key = 'dGhlIHNhbXBsZSBub25jZQ=='

/** A request to switch to WebSocket (RFC 6455, 1.3) or another protocol, without the empty line at the end. */
export function asking(protocol = 'websocket', method = 'GET'): string {
  const head = `${method} / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n`
  return protocol === 'websocket' ? `${head}Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n` : head
}

/** The answer that agrees. */
export function agreeing(protocol = 'websocket'): string {
  const head = `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n`
  return protocol === 'websocket' ? `${head}Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n` : `${head}\r\n`
}

/** A connection that has switched, and what has come behind the 101; reads on. Rejects on any other answer. */
export async function openTunnel(
  port: number,
  protocol = 'websocket',
): Promise<{ socket: Socket; got: () => Buffer; ended: () => boolean }> {
  const socket = await connectRaw(port)
  const chunks: Buffer[] = []
  let bytes = Buffer.alloc(0)
  let ended = false
  const got = (): Buffer => {
    if (chunks.length > 0) bytes = Buffer.concat([bytes, ...chunks.splice(0)])
    return bytes
  }
  socket.allowHalfOpen = true
  socket.on('end', () => {
    ended = true
  })
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.write(`${asking(protocol)}\r\n`)
  await new Promise<void>((resolve, reject) => {
    const look = (): void => {
      const end = got().indexOf('\r\n\r\n')
      if (end < 0) return
      socket.off('data', look)
      const head = bytes.toString('latin1', 0, end)
      bytes = bytes.subarray(end + 4)
      if (head.startsWith('HTTP/1.1 101 ')) resolve()
      else reject(new Error(head))
    }
    socket.on('data', look)
    socket.on('close', () => reject(new Error('closed')))
  })
  return { socket, got, ended: () => ended }
}
