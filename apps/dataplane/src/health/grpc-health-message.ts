/**
 * The messages of grpc.health.v1.Health/Check, as gRPC frames them: a byte for "not compressed", the length, the message.
 * https://github.com/grpc/grpc/blob/master/doc/health-checking.md
 */

const prefixBytes = 5
const serviceField = 0x0a
const statusField = 0x08

/** `HealthCheckRequest { string service = 1 }`; of at most 255 bytes. */
export function writeCheck(service: string): Buffer {
  const name = Buffer.from(service)
  // A length of 128 and above takes two bytes of seven bits.
  const size = name.length < 128 ? [name.length] : [(name.length & 127) | 128, name.length >> 7]
  const message = name.length === 0 ? Buffer.alloc(0) : Buffer.concat([Buffer.of(serviceField, ...size), name])
  const prefix = Buffer.alloc(prefixBytes)
  prefix.writeUInt32BE(message.length, 1)
  return Buffer.concat([prefix, message])
}

export const servingStatuses = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'] as const

/**
 * `HealthCheckResponse { ServingStatus status = 1 }`; a status that is not there is 0.
 *
 * @returns undefined when it is none
 */
export function readCheck(bytes: Buffer): number | undefined {
  if (bytes.length < prefixBytes || bytes[0] !== 0) return undefined
  const message = bytes.subarray(prefixBytes)
  if (message.length !== bytes.readUInt32BE(1)) return undefined
  if (message.length === 0) return 0
  const [field, status = 128, ...more] = message
  return field === statusField && status < 128 && more.length === 0 ? status : undefined
}
