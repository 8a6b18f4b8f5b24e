import { hash, verify } from '@node-rs/argon2'

/** OWASP's minimum for argon2id: 19 MiB, two passes, one lane. The library's default algorithm is argon2id. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** The encoded hash carries its salt and its parameters. */
export const hashPassword = (password: string): Promise<string> => hash(password, cost)

/** Verified when there is no such account, so that the answer takes as long as for one that exists. */
let decoy: Promise<string> | undefined

/** Whether `password` is the one of `stored`. Without `stored` it is false, after the same work. */
export async function verifyPassword(stored: string | undefined, password: string): Promise<boolean> {
  if (stored !== undefined) return verify(stored, password)
  decoy ??= hashPassword('nobody has this password')
  await verify(await decoy, password)
  return false
}
