import type { Caller } from '../access/caller.ts'
import type { Services } from '../services.ts'
import { createToken } from '../tokens/create.ts'

/** Makes a node token, and the command with which another node follows this control plane. Shown this once. */
export async function joinCommand(services: Services, caller: Caller): Promise<{ command: string; token: string }> {
  const name = `node, ${new Date(services.now()).toISOString().slice(0, 16).replace('T', ' ')}`
  const { token } = await createToken(services, caller, { name, kind: 'node' })
  return { command: `npx switchyard-dataplane --control ${services.publicUrl} --token ${token}`, token }
}
