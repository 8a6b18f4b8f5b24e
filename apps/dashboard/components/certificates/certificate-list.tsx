'use client'

import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useMemo } from 'react'
import { useTranslations } from 'use-intl'
import { type CertificateItem, useTRPC } from '../../lib/trpc.ts'
import { useSearchParam } from '../../lib/use-search-param.ts'
import { useUser } from '../../lib/use-user.ts'
import { certificateUsers } from '../../lib/used-by.ts'
import { type Column, ResourceList } from '../resources/resource-list.tsx'
import { Button } from '../ui/button.tsx'
import { CertificateDialog } from './certificate-dialog.tsx'
import { CoveredNames } from './covered-names.tsx'
import { Expiry } from './expiry.tsx'

const example = `certificates:
  - id: shop
    certificate: { file: /etc/switchyard/shop.pem }
    key: { file: /etc/switchyard/shop.key }`

const textOf = ({ id, value, about }: CertificateItem) =>
  [id, value.title ?? '', about?.subject ?? '', ...(about?.names ?? [])].join(' ')

/** What listeners show to clients, and upstreams to their targets: what it covers, and for how long. */
export function CertificateList() {
  const t = useTranslations('certificates')
  const lists = useTranslations('lists')
  const kinds = useTranslations('changes')
  const trpc = useTRPC()
  const { canEdit } = useUser()
  const [adding, setAdding] = useSearchParam('add')
  const certificates = useQuery(trpc.certificates.list.queryOptions())
  const listeners = useQuery(trpc.listeners.list.queryOptions()).data
  const upstreams = useQuery(trpc.upstreams.list.queryOptions()).data
  const users = useMemo(() => certificateUsers(listeners ?? [], upstreams ?? []), [listeners, upstreams])
  const onNodes = <span className="text-muted">{t('onNodes')}</span>
  const columns: Column<CertificateItem>[] = [
    {
      name: 'covers',
      title: t('covers'),
      className: 'max-w-80 truncate max-sm:hidden',
      by: ({ about }) => about?.names[0] ?? '',
      cell: ({ about }) => (about ? <CoveredNames about={about} most={2} /> : onNodes),
    },
    {
      name: 'usedBy',
      title: t('usedBy'),
      className: 'max-w-64 truncate text-muted max-sm:hidden',
      cell: ({ id }) =>
        users
          .get(id)
          ?.map((user) => `${kinds(`kind.${user.kind}`)} ${user.id}`)
          .join(', ') ?? t('unused'),
    },
    {
      name: 'key',
      title: t('key'),
      className: 'whitespace-nowrap text-muted max-lg:hidden',
      by: ({ about }) => about?.keyType ?? '',
      cell: ({ about }) => about?.keyType ?? '',
    },
    {
      name: 'expires',
      title: t('expires'),
      className: 'whitespace-nowrap',
      by: ({ about }) => about?.notAfter ?? '',
      cell: ({ about }) => (about ? <Expiry about={about} /> : <span className="sm:hidden">{onNodes}</span>),
    },
  ]
  return (
    <>
      <ResourceList
        kind="certificates"
        items={certificates.data}
        error={certificates.error}
        retry={() => void certificates.refetch()}
        text={textOf}
        columns={columns}
        example={example}
        adding={
          <Button look="primary" onClick={() => setAdding('yes')}>
            <Plus aria-hidden="true" />
            {lists('certificates.add')}
          </Button>
        }
      />
      {adding !== '' && canEdit ? <CertificateDialog close={() => setAdding('')} /> : null}
    </>
  )
}
