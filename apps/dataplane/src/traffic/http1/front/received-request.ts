import type { HeaderList } from '@switchyard/core/http/header-list'
import type { Received } from '../../exchange.ts'
import type { Origin } from '../../forwarded.ts'
import type { RequestBody } from '../../request-body.ts'
import type { CheckedTarget } from '../codec/request-gate.ts'
import type { RequestHead } from '../codec/request-head.ts'

/** A request as it came in over HTTP/1. */
export class Http1Request implements Received {
  readonly listener: string
  readonly method: string
  readonly scheme: 'http' | 'https'
  readonly authority: string
  readonly host: string
  readonly url: string
  readonly path: string
  readonly query: string
  readonly headers: HeaderList
  readonly httpVersion: string
  readonly clientIp: string
  readonly body: RequestBody | undefined

  constructor(
    listener: string,
    head: RequestHead,
    target: CheckedTarget,
    origin: Origin,
    body: RequestBody | undefined,
  ) {
    this.listener = listener
    this.method = head.method
    this.scheme = origin.scheme
    this.authority = target.authority
    this.host = target.host
    this.url = target.url
    this.path = target.path
    this.query = target.query
    this.headers = head.headers
    this.httpVersion = head.minor === 1 ? '1.1' : '1.0'
    this.clientIp = origin.client.ip
    this.body = body
  }

  header(name: string): string | undefined {
    return this.headers.get(name)
  }
}
