import type { Config } from '@switchyard/core/config/model'
import type { Problem } from '@switchyard/core/errors'
import { parseAddress } from '@switchyard/core/http/address'
import type { AddressPolicy } from '../traffic/address-policy.ts'

/**
 * Targets whose URL says an address that must never be reached from this node: no request could ever be sent there.
 * What a name resolves to is asked when a connection is opened.
 */
export function findRefusedTargets({ upstreams }: Config, allowed: AddressPolicy): Problem[] {
  return upstreams.flatMap(({ targets }, index) =>
    targets.flatMap(({ url }, place) => {
      const { hostname, port, protocol } = new URL(url)
      const address = hostname.replace(/^\[|\]$/g, '')
      if (!parseAddress(address) || allowed(address, Number(port) || (protocol === 'https:' ? 443 : 80))) return []
      const path = `upstreams[${index}].targets[${place}].url`
      return [{ path, message: 'this address must not be reached from this node (see --allow-addresses)' }]
    }),
  )
}
