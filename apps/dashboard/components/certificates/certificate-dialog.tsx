'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { FileUp } from 'lucide-react'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { type ClipboardEvent, useRef, useState } from 'react'
import { toast } from 'sonner'
import { useTranslations } from 'use-intl'
import { readApiError } from '../../lib/api-error.ts'
import { cn } from '../../lib/class-names.ts'
import { idOfName } from '../../lib/id-of-name.ts'
import { useSchemaWords } from '../../lib/schema-words.ts'
import { splitPem } from '../../lib/split-pem.ts'
import { type CertificateItem, useTRPC, useTRPCClient } from '../../lib/trpc.ts'
import { useCertificatePreview } from '../../lib/use-certificate-preview.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { SecretTextArea, TextArea, TextInput } from '../ui/inputs.tsx'
import { Labelled } from '../ui/labelled.tsx'
import { Notice } from '../ui/notice.tsx'
import { CertificatePreview } from './certificate-preview.tsx'

/** As much as the API takes of a certificate; larger files are something else. */
const longestFile = 262_144

/**
 * Adds a certificate with its key, or puts new ones in the place of one that is there. The key goes in and is never
 * shown again; where one is replaced, leaving it out keeps the stored one.
 */
export function CertificateDialog({
  replaced,
  close,
}: {
  replaced?: Pick<CertificateItem, 'id' | 'etag' | 'value'>
  close: () => void
}) {
  const t = useTranslations('certificateDialog')
  const word = useSchemaWords()
  const trpc = useTRPC()
  const client = useTRPCClient()
  const queryClient = useQueryClient()
  const router = useRouter()
  const files = useRef<HTMLInputElement>(null)
  const [typedId, setTypedId] = useState<string>()
  const [certificate, setCertificate] = useState('')
  const [key, setKey] = useState('')
  const [wrongFile, setWrongFile] = useState<string>()
  const [dragging, setDragging] = useState(false)
  const { about, problem } = useCertificatePreview(certificate)
  const id = replaced?.id ?? typedId ?? idOfName(about?.names[0] ?? about?.subject ?? '')
  const keepsKey = replaced !== undefined && key.trim() === ''

  const save = useMutation({
    mutationFn: () =>
      keepsKey
        ? client.certificates.update.mutate({ ...replaced, value: { ...replaced.value, certificate } })
        : client.certificates.save.mutate({ id, certificate, key, ...(replaced && { etag: replaced.etag }) }),
    onSuccess: () => {
      toast(t(replaced ? 'replaced' : 'added', { id }))
      void queryClient.invalidateQueries({ queryKey: trpc.certificates.pathKey() })
      void queryClient.invalidateQueries({ queryKey: trpc.secrets.pathKey() })
      close()
      if (replaced === undefined) router.push(`/certificates/${encodeURIComponent(id)}`)
    },
  })
  const error = save.error === null ? undefined : readApiError(save.error)
  const problemOf = (path: string) => {
    const found = error?.problems.find((one) => one.path === path)?.message
    return found === undefined ? undefined : word(found)
  }
  const elsewhere = error?.problems.every(({ path }) => ['id', 'certificate', 'key'].includes(path))

  /** Puts each part of a text where it belongs; true when it was PEM text of ours. */
  const take = (text: string): boolean => {
    const parts = splitPem(text)
    if (parts.certificates !== '') setCertificate(parts.certificates)
    if (parts.keys !== '') setKey(parts.keys)
    save.reset()
    return parts.certificates !== '' || parts.keys !== ''
  }
  const read = async (list: Iterable<File>) => {
    setWrongFile(undefined)
    const texts = await Promise.all([...list].map(async (file) => (file.size > longestFile ? '' : await file.text())))
    const wrong = texts.findIndex((text) => splitPem(text).certificates === '' && splitPem(text).keys === '')
    if (wrong !== -1) setWrongFile([...list][wrong]?.name)
    take(texts.join('\n'))
  }
  const paste = (event: ClipboardEvent) => {
    const parts = splitPem(event.clipboardData.getData('text'))
    // One kind alone is pasted by the browser, so that it can be undone; both at once are told apart here.
    if (parts.certificates !== '' && parts.keys !== '' && take(event.clipboardData.getData('text'))) {
      event.preventDefault()
    }
  }
  return (
    <Dialog
      wide
      open
      onOpenChange={close}
      title={replaced ? t('replaceTitle', { id: replaced.id }) : t('addTitle')}
      description={t(replaced ? 'replaceLead' : 'addLead')}
      footer={
        <>
          {replaced ? null : (
            <Link
              href="/new/certificates"
              className="mr-auto rounded text-accent-text text-table hover:underline max-sm:basis-full"
            >
              {t('fromNodes')}
            </Link>
          )}
          <Button onClick={close}>{t('cancel')}</Button>
          <Button
            look="primary"
            type="submit"
            form="certificate"
            disabled={save.isPending || certificate.trim() === '' || id === '' || (!replaced && key.trim() === '')}
          >
            {t(replaced ? 'replace' : 'add')}
          </Button>
        </>
      }
    >
      <form
        id="certificate"
        noValidate
        className={cn('space-y-4 rounded-md', dragging && 'outline-2 outline-accent outline-offset-4 outline-dashed')}
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate()
        }}
        onDragOver={(event) => {
          event.preventDefault()
          setDragging(true)
        }}
        onDragLeave={() => setDragging(false)}
        onDrop={(event) => {
          event.preventDefault()
          setDragging(false)
          void read(event.dataTransfer.files)
        }}
        onPaste={paste}
      >
        {error !== undefined && (error.problems.length === 0 || !elsewhere) ? (
          <Notice kind="failed">
            <p className="font-medium">{error.message}</p>
            {error.problems.map(({ path, message }) => (
              <p key={path} className="text-muted">
                {path}: {word(message)}
              </p>
            ))}
          </Notice>
        ) : null}
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <Button onClick={() => files.current?.click()}>
            <FileUp aria-hidden="true" />
            {t('choose')}
          </Button>
          <p className="text-muted text-xs max-sm:hidden">{t('drop')}</p>
          <input
            ref={files}
            type="file"
            multiple
            hidden
            aria-label={t('choose')}
            accept=".pem,.crt,.cer,.cert,.key,.txt,application/x-pem-file,application/x-x509-ca-cert,text/plain"
            onChange={(event) => {
              void read(event.target.files ?? [])
              event.target.value = ''
            }}
          />
        </div>
        {wrongFile === undefined ? null : <Notice kind="attention">{t('wrongFile', { name: wrongFile })}</Notice>}
        <Labelled label={t('certificate')} hint={t('certificateHint')} error={problemOf('certificate')}>
          {(wiring) => (
            <TextArea
              {...wiring}
              mono
              autoFocus
              required
              rows={5}
              className="text-xs leading-4"
              placeholder="-----BEGIN CERTIFICATE-----"
              value={certificate}
              onChange={(event) => setCertificate(event.target.value)}
            />
          )}
        </Labelled>
        <CertificatePreview about={about} problem={problemOf('certificate') === undefined ? problem : undefined} />
        <Labelled label={t('key')} hint={t(replaced ? 'keyKept' : 'keyHint')} error={problemOf('key')}>
          {(wiring) => (
            <SecretTextArea
              {...wiring}
              rows={3}
              placeholder={replaced ? t('keyKeptPlaceholder') : '-----BEGIN PRIVATE KEY-----'}
              value={key}
              onChange={(event) => setKey(event.target.value)}
            />
          )}
        </Labelled>
        {replaced ? null : (
          <Labelled label={t('id')} hint={t('idHint')} error={problemOf('id')}>
            {(wiring) => (
              <TextInput
                {...wiring}
                mono
                required
                maxLength={63}
                className="max-w-72"
                placeholder="shop"
                value={id}
                onChange={(event) => setTypedId(event.target.value)}
              />
            )}
          </Labelled>
        )}
      </form>
    </Dialog>
  )
}
