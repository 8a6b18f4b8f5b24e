'use client'

import { Menu as MenuIcon } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { type ReactNode, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useLiveStatus } from '../../lib/use-status.ts'
import { DraftBar } from '../publish/draft-bar.tsx'
import { PublishProvider } from '../publish/publish-provider.tsx'
import { Button } from '../ui/button.tsx'
import { Brand } from './brand.tsx'
import { Breadcrumbs } from './breadcrumbs.tsx'
import { FirstSteps } from './first-steps.tsx'
import { Navigation } from './navigation.tsx'
import { Palette } from './palette.tsx'
import { PublishStateButton } from './publish-state-button.tsx'
import { UserMenu } from './user-menu.tsx'

/** Navigation at the left, where we are and what serves at the top, the draft at the bottom, the screen between them. */
export function Shell({ children }: { children: ReactNode }) {
  const t = useTranslations('screens')
  const { connected } = useLiveStatus()
  return (
    <PublishProvider>
      <a
        href="#content"
        className="fixed top-2 left-2 z-50 -translate-y-16 rounded-md bg-accent px-3 py-1.5 text-on-accent text-table focus:translate-y-0"
      >
        {t('skip')}
      </a>
      <div className="flex h-dvh">
        <div className="hidden w-[200px] shrink-0 flex-col border-line border-r bg-rail md:flex">
          <div className="flex h-12 items-center px-4">
            <Brand />
          </div>
          <Navigation />
        </div>
        <div className="flex min-w-0 flex-1 flex-col">
          <header className="flex h-12 shrink-0 items-center gap-1.5 border-line border-b bg-page px-2 sm:gap-2 sm:px-4 md:pl-6">
            <Drawer />
            <Breadcrumbs />
            <Palette />
            <PublishStateButton connected={connected} />
            <UserMenu />
          </header>
          <FirstSteps />
          <main id="content" tabIndex={-1} className="min-h-0 flex-1 overflow-y-auto focus:outline-none">
            {children}
          </main>
          <DraftBar />
        </div>
      </div>
    </PublishProvider>
  )
}

/** The navigation on a narrow screen. */
function Drawer() {
  const t = useTranslations('screens')
  const [open, setOpen] = useState(false)
  return (
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Trigger asChild>
        <Button look="quiet" size="icon" aria-label={t('open')} className="md:hidden">
          <MenuIcon aria-hidden="true" />
        </Button>
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Overlay className="veil-in fixed inset-0 z-40 bg-veil md:hidden" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed inset-y-0 left-0 z-50 w-[min(260px,80vw)] border-line border-r bg-rail shadow-raised focus:outline-none md:hidden"
        >
          <Dialog.Title className="flex h-12 items-center px-4">
            <Brand />
          </Dialog.Title>
          <Navigation onNavigate={() => setOpen(false)} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
