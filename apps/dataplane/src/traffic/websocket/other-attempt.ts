import type { HeaderList } from '@switchyard/core/http/header-list'
import { requestHead } from '../http1/back/request-head.ts'
import { type HintTaker, ResponseReader } from '../http1/back/response-reader.ts'
import type { Tunnelled } from '../tunnelled.ts'
import { switches } from './handshake.ts'
import { Tunnel } from './tunnel.ts'
import { UpgradeAttempt } from './upgrade-attempt.ts'

/** Asks a target for a protocol that a route names beside WebSocket. What is said in it is not looked at. */
export class OtherAttempt extends UpgradeAttempt implements HintTaker {
  readonly #response = new ResponseReader()

  protected override ask(): void {
    const { exchange, live, socket } = this
    // Spelled as the client spells it.
    const asked = exchange.received.header('upgrade')
    const head = requestHead(exchange, this.destination.upstream, live, asked)
    if (head === undefined) {
      this.fail('internal', 'a middleware made a request that cannot be sent', { byTarget: false })
      return
    }
    this.#response.begin(exchange.outgoing.method, true)
    socket.on('data', this.#read)
    socket.on('end', this.#ended)
    socket.write(head, 'latin1')
  }

  readonly #read = (bytes: Buffer): void => {
    this.guarded(() => {
      if (this.phase === 'answering') this.#readBody(bytes, 0)
      else if (this.phase === 'waiting') this.#readHead(bytes)
    })
  }

  #readHead(bytes: Buffer): void {
    const response = this.#response
    const at = response.readHead(bytes, this)
    const { head, fault } = response
    if (fault !== undefined) this.fail('bad_response', fault)
    if (at < 0 || !head) return
    if (head.status !== 101) {
      this.answer(head)
      this.#readBody(bytes, at)
      return
    }
    if (!switches(head, this.protocol)) {
      this.fail('bad_response', 'a 101 that does not match')
      return
    }
    this.socket.off('data', this.#read)
    this.socket.off('end', this.#ended)
    this.socket.pause()
    if (at < bytes.length) this.socket.unshift(bytes.subarray(at))
    this.offer(head)
  }

  hint(headers: HeaderList): void {
    this.exchange.side.hint(this.exchange, headers)
  }

  #readBody(bytes: Buffer, at: number): void {
    const response = this.#response
    response.readBody(bytes, at)
    const piece = response.collected((whole) => whole)
    if (piece) this.received(piece)
    if (response.fault !== undefined) this.fail('bad_response', response.fault)
    else if (response.done) this.finish()
  }

  readonly #ended = (): void => {
    // While the head is awaited, the `close` that follows says it.
    if (this.phase !== 'answering') return
    this.#response.end()
    if (this.#response.fault !== undefined) this.fail('target_reset', this.#response.fault)
    else this.finish()
  }

  protected override pauseBody(paused: boolean): void {
    if (paused) this.socket.pause()
    else this.socket.resume()
  }

  protected override tunnelTo(client: Tunnelled, idleMs: number): Tunnel {
    return new Tunnel(this.exchange, this.live, this.socket, client, idleMs)
  }
}
