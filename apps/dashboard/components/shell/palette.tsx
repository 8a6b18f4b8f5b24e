'use client'

import type { Kind } from '@switchyard/core/schema/fields'
import { useQuery } from '@tanstack/react-query'
import { Command } from 'cmdk'
import { Search } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTheme } from 'next-themes'
import { useEffect, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useTRPC } from '../../lib/trpc.ts'
import { useUser } from '../../lib/use-user.ts'
import { usePublish } from '../publish/publish-provider.tsx'
import { settingsSections } from '../settings/settings-navigation.tsx'
import { Kbd } from '../ui/kbd.tsx'
import { screens } from './navigation.tsx'

const itemLooks =
  'flex min-h-9 cursor-pointer items-center gap-2 rounded px-2.5 text-table data-[selected=true]:bg-pressed data-[disabled=true]:opacity-50'
const groupLooks =
  '[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-faint [&_[cmdk-group-heading]]:text-xs'

/** A certificate is added together with its key, in a dialog. */
const addPath = (kind: Kind) => (kind === 'certificates' ? '/certificates?add=yes' : `/new/${kind}`)

/** The button in the top bar and the palette it opens; also on ⌘K and Ctrl-K. */
export function Palette() {
  const t = useTranslations('palette')
  const [open, setOpen] = useState(false)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey)) return
      event.preventDefault()
      setOpen((before) => !before)
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
  return (
    <>
      <button
        type="button"
        onClick={() => setOpen(true)}
        aria-label={t('open')}
        className="inline-flex h-8 items-center gap-2 rounded-md px-2 text-faint text-table hover:bg-hover hover:text-text lg:w-56 lg:border lg:border-line"
      >
        <Search aria-hidden="true" className="size-4" />
        <span className="flex-1 text-left max-lg:hidden">{t('placeholder')}</span>
        <span className="max-lg:hidden">
          <Kbd>⌘K</Kbd>
        </span>
      </button>
      <Command.Dialog
        open={open}
        onOpenChange={setOpen}
        label={t('open')}
        overlayClassName="veil-in fixed inset-0 z-40 bg-veil"
        contentClassName="rise-in fixed inset-x-2 top-[8dvh] z-50 mx-auto max-w-[560px] overflow-hidden rounded-lg border border-line bg-raised shadow-raised"
      >
        <Command.Input
          placeholder={t('placeholder')}
          className="h-12 w-full border-line border-b bg-transparent px-4 text-sm outline-none placeholder:text-faint"
        />
        <Command.List className="max-h-[50dvh] overflow-y-auto p-1.5">
          <Command.Empty className="px-2.5 py-6 text-center text-muted text-table">{t('none')}</Command.Empty>
          <Entries close={() => setOpen(false)} />
        </Command.List>
      </Command.Dialog>
    </>
  )
}

function Entries({ close }: { close: () => void }) {
  const t = useTranslations('palette')
  const tScreens = useTranslations('screens')
  const router = useRouter()
  const { setTheme } = useTheme()
  const { canEdit } = useUser()
  const { review, changes } = usePublish()
  const run = (action: () => void) => () => {
    close()
    action()
  }
  return (
    <>
      {canEdit && changes > 0 ? (
        <Command.Item className={itemLooks} onSelect={run(review)}>
          {t('publish', { changes })}
        </Command.Item>
      ) : null}
      <Command.Group heading={t('go')} className={groupLooks}>
        {screens.map((screen) => (
          <Command.Item key={screen} className={itemLooks} onSelect={run(() => router.push(`/${screen}`))}>
            {tScreens(screen)}
          </Command.Item>
        ))}
        {settingsSections(canEdit).map((section) => (
          <Command.Item key={section} className={itemLooks} onSelect={run(() => router.push(`/settings/${section}`))}>
            {tScreens('settings')} / {tScreens(section)}
          </Command.Item>
        ))}
      </Command.Group>
      <Resources open={(path) => run(() => router.push(path))()} />
      {canEdit ? (
        <Command.Group heading={t('do')} className={groupLooks}>
          {(['upstreams', 'routes', 'middleware', 'listeners', 'certificates'] as const).map((kind) => (
            <Command.Item key={kind} className={itemLooks} onSelect={run(() => router.push(addPath(kind)))}>
              {t(`add.${kind}`)}
            </Command.Item>
          ))}
        </Command.Group>
      ) : null}
      <Command.Group heading={t('theme')} className={groupLooks}>
        {(['light', 'dark', 'system'] as const).map((theme) => (
          <Command.Item key={theme} className={itemLooks} onSelect={run(() => setTheme(theme))}>
            {t(theme)}
          </Command.Item>
        ))}
      </Command.Group>
    </>
  )
}

/** Every resource by its id, loaded when the palette opens. */
function Resources({ open }: { open: (path: string) => void }) {
  const t = useTranslations('screens')
  const trpc = useTRPC()
  const lists = {
    upstreams: useQuery(trpc.upstreams.list.queryOptions()).data,
    routes: useQuery(trpc.routes.list.queryOptions()).data,
    middleware: useQuery(trpc.middleware.list.queryOptions()).data,
    listeners: useQuery(trpc.listeners.list.queryOptions()).data,
    certificates: useQuery(trpc.certificates.list.queryOptions()).data,
  }
  return Object.entries(lists).map(([kind, items]) => (
    <Command.Group key={kind} heading={t(kind as keyof typeof lists)} className={groupLooks}>
      {(items ?? []).map(({ id }) => (
        <Command.Item
          key={id}
          value={`${kind} ${id}`}
          className={itemLooks}
          onSelect={() => open(`/${kind}/${encodeURIComponent(id)}`)}
        >
          <span className="font-mono text-xs">{id}</span>
        </Command.Item>
      ))}
    </Command.Group>
  ))
}
