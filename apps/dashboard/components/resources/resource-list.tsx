'use client'

import type { Kind } from '@switchyard/core/schema/fields'
import { Plus } from 'lucide-react'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { type ReactNode, useCallback, useMemo, useState } from 'react'
import { useTranslations } from 'use-intl'
import { nextSorting, readSorting, sortRows } from '../../lib/sort-rows.ts'
import { useRowKeys } from '../../lib/use-row-keys.ts'
import { useSearchParam } from '../../lib/use-search-param.ts'
import { useUser } from '../../lib/use-user.ts'
import { Button } from '../ui/button.tsx'
import { Chip } from '../ui/chip.tsx'
import { Empty } from '../ui/empty.tsx'
import { Failing } from '../ui/failing.tsx'
import { Page } from '../ui/page.tsx'
import { SearchField } from '../ui/search-field.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { Cell, Head, HeadCell, Row, Table } from '../ui/table.tsx'
import { ServingMark } from './serving-mark.tsx'

interface Item {
  id: string
  serving: 'same' | 'changed' | 'added'
  value: { title?: string | undefined }
}

export interface Column<I> {
  name: string
  title: ReactNode
  right?: boolean
  className?: string
  cell: (item: I) => ReactNode
  /** What the column is sorted by; absent where that would mean nothing. */
  by?: (item: I) => string | number
}

/** So many rows are drawn at first; thousands of them would make a phone stumble. */
const pageSize = 200

/** Every resource of a kind, to search in and to go on from. */
export function ResourceList<I extends Item>({
  kind,
  items,
  error,
  retry,
  text,
  columns,
  example,
  toolbar,
  adding,
}: {
  kind: Kind
  /** Absent while it is loaded. */
  items: readonly I[] | undefined
  error: { message: string } | null
  retry: () => void
  /** What a search looks through. */
  text: (item: I) => string
  columns: readonly Column<I>[]
  example: string
  toolbar?: ReactNode
  /** What leads to a new one, where that is not the form of the kind. */
  adding?: ReactNode
}) {
  const t = useTranslations('lists')
  const router = useRouter()
  const { canEdit } = useUser()
  const [search, setSearch] = useSearchParam('q')
  const [limit, setLimit] = useState(pageSize)
  const [only, setOnly] = useSearchParam('only')
  const [sortText, setSortText] = useSearchParam('sort')
  const sorting = readSorting(sortText)
  const unpublished = (items ?? []).filter(({ serving }) => serving !== 'same').length
  const matching = (items ?? []).filter(
    (item) =>
      (only !== 'changed' || item.serving !== 'same') && text(item).toLowerCase().includes(search.toLowerCase()),
  )
  const by = sorting?.column === 'id' ? ({ id }: I) => id : columns.find(({ name }) => name === sorting?.column)?.by
  const found = sorting === undefined || by === undefined ? matching : sortRows(matching, sorting.direction, by)
  const shown = found.slice(0, limit)
  const key = JSON.stringify(shown.map(({ id }) => id))
  const ids = useMemo<string[]>(() => JSON.parse(key), [key])
  const head = (name: string, sortable: boolean) =>
    sortable
      ? {
          sorted: sorting?.column === name ? sorting.direction : undefined,
          onSort: () => setSortText(nextSorting(sorting, name)),
        }
      : {}
  const address = useCallback((id: string) => `/${kind}/${encodeURIComponent(id)}`, [kind])
  const active = useRowKeys(
    ids,
    useCallback((id: string) => router.push(address(id)), [router, address]),
  )

  const add = canEdit
    ? (adding ?? (
        <Button asChild look="primary">
          <Link href={`/new/${kind}`}>
            <Plus aria-hidden="true" />
            {t(`${kind}.add`)}
          </Link>
        </Button>
      ))
    : null
  return (
    <Page name={t(`${kind}.title`)} actions={items?.length === 0 ? null : add}>
      {error !== null && items === undefined ? (
        <Failing error={error} retry={retry} />
      ) : items?.length === 0 ? (
        <Empty title={t(`${kind}.emptyTitle`)} action={add} example={example}>
          {t(`${kind}.empty`)}
        </Empty>
      ) : (
        <>
          <div className="flex flex-wrap items-center justify-between gap-3">
            <div className="flex min-w-0 flex-1 flex-wrap items-center gap-2 max-sm:basis-full">
              <SearchField value={search} onChange={setSearch} label={t(`${kind}.search`)} />
              {unpublished > 0 || only === 'changed' ? (
                <Chip on={only === 'changed'} onClick={() => setOnly(only === 'changed' ? '' : 'changed')}>
                  {t('notPublished', { count: unpublished })}
                </Chip>
              ) : null}
            </div>
            {toolbar}
          </div>
          {items !== undefined && found.length === 0 ? (
            <p className="py-6 text-muted text-sm">{search === '' ? t('noneChanged') : t('noMatch', { search })}</p>
          ) : (
            <Table label={t(`${kind}.title`)} aria-busy={items === undefined}>
              <Head>
                <HeadCell className="w-[24%] sm:min-w-32" {...head('id', true)}>
                  {t(`${kind}.one`)}
                </HeadCell>
                {columns.map(({ name, title, right, className, by }) => (
                  <HeadCell key={name} right={right} className={className} {...head(name, by !== undefined)}>
                    {title}
                  </HeadCell>
                ))}
              </Head>
              <tbody>
                {items === undefined ? (
                  <SkeletonRows rows={6} columns={columns.length + 1} />
                ) : (
                  shown.map((item) => (
                    <Row key={item.id} data-row={item.id} active={item.id === active} className="hover:bg-hover">
                      <Cell className="max-w-32 sm:max-w-64">
                        <span className="flex items-center gap-2">
                          <Link
                            href={address(item.id)}
                            className="min-w-0 truncate rounded font-medium hover:underline sm:shrink-0 sm:max-w-full"
                          >
                            {item.id}
                          </Link>
                          {item.value.title ? (
                            <span className="min-w-0 truncate text-muted text-xs max-sm:hidden">
                              {item.value.title}
                            </span>
                          ) : null}
                          <ServingMark serving={item.serving} />
                        </span>
                      </Cell>
                      {columns.map(({ name, cell, right = false, className }) => (
                        <Cell key={name} right={right} className={className}>
                          {cell(item)}
                        </Cell>
                      ))}
                    </Row>
                  ))
                )}
              </tbody>
            </Table>
          )}
          {found.length > limit ? (
            <Button onClick={() => setLimit(limit + pageSize)}>{t('more', { shown: limit, all: found.length })}</Button>
          ) : null}
        </>
      )}
    </Page>
  )
}
