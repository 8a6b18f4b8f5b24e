import cluster, { type Worker } from 'node:cluster'

/** A connection on its way to a worker: a handle of Node's `net`, of which only this matters here. */
interface Handle {
  close(): void
}

/** What the two halves of Node's cluster say to each other (`lib/internal/cluster/utils.js`). */
interface ClusterMessage {
  cmd?: string
  act?: string
  seq?: number
  ack?: number
}

type Send = (message: ClusterMessage, handle?: Handle, ...rest: unknown[]) => boolean

/**
 * Node's cluster forgets a connection that it was handing to a worker when that worker died: nobody accepts it, nobody
 * closes it, and its client waits for ever. Clients of a dead worker reconnect at once, so this is what happens to them.
 * We note what a worker has not acknowledged yet, and at its end say "not accepted" in its place; the cluster then hands
 * the connection to another worker, as it does when one is shutting down (`RoundRobinHandle.handoff`).
 */
export function rescueConnections(worker: Worker): void {
  const { process } = worker
  const underway = new Map<number, Handle>()

  // The cluster sends through this very method, with a handle where a connection is meant.
  const send = process.send.bind(process) as Send
  const watchedSend: Send = (message, handle, ...rest) => {
    if (message.cmd === 'NODE_CLUSTER' && message.act === 'newconn' && message.seq !== undefined && handle) {
      underway.set(message.seq, handle)
    }
    return send(message, handle, ...rest)
  }
  process.send = watchedSend as typeof process.send
  process.on('internalMessage', (message: ClusterMessage) => {
    if (message.ack !== undefined) underway.delete(message.ack)
  })

  let disconnected = false
  process.once('disconnect', () => {
    disconnected = true
    process.send = send as typeof process.send
    const others = Object.values(cluster.workers ?? {}).some((other) => other !== worker && other?.isConnected())
    for (const [ack, handle] of underway) {
      if (others) process.emit('internalMessage', { cmd: 'NODE_CLUSTER', ack, accepted: false }, undefined)
      else handle.close()
    }
    underway.clear()
  })

  // With a handle underway Node never says `disconnect`, and the cluster goes on dealing to the dead worker. The channel
  // is read to its end first: what has been acknowledged belongs to the worker and died with it.
  process.once('exit', function settle() {
    if (process.connected) setImmediate(settle)
    else if (!disconnected) process.emit('disconnect')
  })
}
