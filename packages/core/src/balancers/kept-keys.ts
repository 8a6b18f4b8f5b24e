import type { Target } from './contract.ts'
import { crc32Byte, crc32End, crc32Start, crc32Text } from './crc32.ts'
import { mix32 } from './mix.ts'

/**
 * What a target in slow start keeps of its keys: those of which another hash, in [0, 1), is below its `ramp`. As the
 * ramp grows, keys come to it one after the other, and stay.
 */
export function keepsKey(ramp: number, checksum: number, salt: number): boolean {
  return ramp >= 1 || (mix32(checksum ^ salt) >>> 0) / 2 ** 32 < ramp
}

/** Makes that other hash another one for each target, so that what one does not keep yet, the next may. */
export function saltOf(target: Pick<Target, 'host' | 'port'>): number {
  return mix32(crc32End(crc32Text(crc32Byte(crc32Text(crc32Start, target.host), 0), target.port)))
}
