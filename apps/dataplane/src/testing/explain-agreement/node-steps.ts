import { servingTier } from '@switchyard/core/balancers/serving-tier'
import type { Field, SentHead } from '@switchyard/core/explain/explanation'
import type { Arrival, NodeSteps } from '@switchyard/core/explain/node-steps'
import { compileRanges } from '@switchyard/core/http/address-range'
import type { ClientSide, Exchange } from '../../traffic/exchange.ts'
import { Peer } from '../../traffic/forwarded.ts'
import { requestHead } from '../../traffic/http1/back/request-head.ts'
import { checkTarget } from '../../traffic/http1/codec/request-gate.ts'
import { parseRequestHead } from '../../traffic/http1/codec/request-head.ts'
import type { Http1Front } from '../../traffic/http1/front/front.ts'
import { newExchange } from '../../traffic/http1/front/new-exchange.ts'
import { protocolAsked } from '../../traffic/http1/front/upgrade-request.ts'
import type { LiveTarget } from '../../traffic/live-target.ts'
import type { Ids } from '../../traffic/observe/ids.ts'
import { RequestBody } from '../../traffic/request-body.ts'
import type { Upstream } from '../../traffic/upstream.ts'

const flow = { resume() {}, cancel() {} }

/** The steps of this very node. `span` is the one that targets are told in place of a new one each time. */
export function createNodeSteps(span: string): NodeSteps {
  return {
    servingTier,
    read(text, config, peer, requestId) {
      const head = parseRequestHead(text, config.limits)
      if (typeof head === 'string') return head
      const target = checkTarget(head, config.paths)
      if (typeof target === 'string') return target
      const upgrade = head.upgrade === undefined ? undefined : protocolAsked(head)
      if (upgrade?.refused) return upgrade.refused
      const ids: Ids = { next: () => requestId, span: () => span }
      // A new exchange looks at no more of its front, and leaves its client alone.
      const front = { listener: { config, trusted: compileRanges(config.trustedProxies) }, serving: { ids } }
      const from = new Peer(peer, 0, config.protocol)
      const body = head.chunked || head.length > 0 ? new RequestBody(flow, head.length) : undefined
      const exchange = newExchange(
        {} as ClientSide,
        front as unknown as Http1Front,
        from,
        head,
        target,
        upgrade?.protocol,
        body,
      )
      const { id, received, outgoing, client } = exchange
      return { id, received, outgoing, client, upgrade: upgrade?.protocol, bodyBytes: body?.length ?? 0 }
    },
    write(arrival, upstream, target) {
      const { pathname, host } = new URL(target.url)
      // What is read of an exchange, an upstream and a target to write a head.
      const exchange = arrival as Arrival & Pick<Exchange, 'received'>
      const live = { basePath: pathname.replace(/\/$/, ''), authority: host }
      const text = requestHead(
        exchange as unknown as Exchange,
        { config: upstream } as Upstream,
        live as LiveTarget,
        arrival.upgrade,
      )
      return text === undefined ? undefined : headFrom(text)
    },
  }
}

/** The parts of a head of HTTP/1.1 whose first field is Host. */
export function headFrom(text: string): SentHead {
  const [requestLine = '', hostField = '', ...lines] = text.slice(0, -4).split('\r\n')
  const [method = '', url = ''] = requestLine.split(' ')
  const headers = lines.map((line): Field => {
    const colon = line.indexOf(': ')
    return [line.slice(0, colon), line.slice(colon + 2)]
  })
  return { method, url, host: hostField.slice('Host: '.length), headers }
}
