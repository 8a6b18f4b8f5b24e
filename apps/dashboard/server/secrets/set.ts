import type { Caller } from '../access/caller.ts'
import type { Services } from '../services.ts'
import { storeSecret } from './store-secret.ts'

/** Keeps a value under a name, instead of the one before. Nodes whose revision refers to it get it at once. */
export async function setSecret(
  services: Services,
  caller: Caller,
  input: { name: string; value: string },
): Promise<Record<string, never>> {
  await services.db.$transaction((tx) => storeSecret(tx, services, caller, input))
  services.signals.emit('secrets')
  return {}
}
