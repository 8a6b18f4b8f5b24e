import type { Settled } from '../attempt-outcome.ts'
import type { Exchange } from '../exchange.ts'
import { OtherAttempt } from './other-attempt.ts'
import { WebSocketAttempt } from './websocket-attempt.ts'

/**
 * One try at one target to switch protocols: to WebSocket through `http-proxy`, to whatever else the route allows by our
 * own hands. Where the target agrees, `exchange.tunnel` is set; where it would rather not, its answer is one like any
 * other.
 *
 * @param settled told once
 */
export function attemptUpgrade(exchange: Exchange, settled: Settled): void {
  const { upgrade, target, destination } = exchange
  if (upgrade === undefined || !target || !destination) throw new Error('nothing to switch to, or nobody to ask')
  target.live.pool.makeRoom(target.maxConnections)
  const Attempt = upgrade === 'websocket' ? WebSocketAttempt : OtherAttempt
  new Attempt(exchange, upgrade, target.live, destination, settled).begin()
}
