import { SwitchyardError } from '@switchyard/core/errors'
import type { Caller } from '../access/caller.ts'
import type { Transaction } from '../database/open.ts'
import type { Draft } from '../draft/draft-reader.ts'
import { editDraft } from '../draft/edit-draft.ts'
import { findRow } from '../resources/find-row.ts'
import { insertResource } from '../resources/insert-resource.ts'
import { storeChange } from '../resources/store-change.ts'
import { secretUsesIn } from '../secrets/secret-uses-in.ts'
import { storeSecret } from '../secrets/store-secret.ts'
import type { Services } from '../services.ts'
import { pairProblems } from './certificate-reader.ts'
import { keyMark, readPrivateKey } from './private-key.ts'

export interface CertificateSaved {
  id: string
  /** The certificate's new one. */
  etag: string
  /** The name under which the key is kept. */
  secret: string
}

/**
 * Brings a certificate and its key into the draft in one step: a new one, or, with the `etag` of one that is there, in its place.
 *
 * The key is kept as a secret of its own, by the name of the certificate and a mark of the key. So what serves keeps the key
 * it has until the new certificate is published, and after a roll-back the old certificate finds the old key.
 */
export async function saveCertificate(
  services: Services,
  caller: Caller,
  input: { id: string; etag?: string | undefined; certificate: string; key: string },
): Promise<CertificateSaved> {
  const { id, etag, certificate } = input
  const saved = await editDraft<CertificateSaved>(services, caller, async (tx, draft) => {
    const row = etag === undefined ? undefined : findRow(draft, 'certificates', id, etag)
    const secret = await storeKey(services, tx, caller, input)
    const value = { ...row?.value, id, certificate, key: { secret } }
    const kept = row
      ? await storeChange(services, tx, draft, 'certificates', row, value)
      : await insertResource(services, tx, draft, 'certificates', value)
    if (!kept.ok) throw new SwitchyardError('invalid', { problems: kept.problems })
    if (row) await forgetKey(tx, draft, id, row.value.key, secret)
    const action = row ? 'update' : 'create'
    const audit = { action, kind: 'certificates', resource: id, detail: kept.detail }
    return { result: { id, etag: kept.etag, secret }, audit }
  })
  services.signals.emit('secrets')
  return saved
}

/** Keeps the key, if it is one and belongs to the certificate, and gives the name of the secret. */
async function storeKey(
  services: Services,
  tx: Transaction,
  caller: Caller,
  { id, certificate, key: pem }: { id: string; certificate: string; key: string },
): Promise<string> {
  const key = readPrivateKey(pem)
  const problems = pairProblems(certificate, pem)
  if (!key.ok || problems.length > 0) throw new SwitchyardError('invalid', { problems })
  const name = `${id.slice(0, 50)}-${keyMark(key.key)}`
  // The same key again, under another certificate: nothing to bring to the nodes.
  const stored = await tx.secret.findUnique({ where: { name } })
  if (!stored) await storeSecret(tx, services, caller, { name, value: pem })
  return name
}

/** The key before is forgotten, if it was kept in this way and neither a revision nor the draft ever needs it again. */
async function forgetKey(
  tx: Transaction,
  draft: Draft,
  id: string,
  before: { secret: string } | { file: string } | { env: string },
  now: string,
): Promise<void> {
  if (!('secret' in before) || before.secret === now) return
  const name = before.secret
  const isOurs = name.startsWith(`${id.slice(0, 50)}-`) && /-[0-9a-f]{12}$/.test(name)
  const others = secretUsesIn(draft.config).filter(
    (use) => use.name === name && !(use.kind === 'certificates' && use.id === id),
  )
  if (!isOurs || others.length > 0) return
  const canonical = JSON.stringify({ secret: name })
  const published = await tx.revision.findFirst({
    where: { document: { contains: canonical } },
    select: { number: true },
  })
  if (!published) await tx.secret.deleteMany({ where: { name } })
}
