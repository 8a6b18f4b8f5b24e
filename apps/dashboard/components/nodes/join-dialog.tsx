'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'use-intl'
import { useTRPC } from '../../lib/trpc.ts'
import { Button } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextArea } from '../ui/inputs.tsx'
import { Labelled } from '../ui/labelled.tsx'
import { Notice } from '../ui/notice.tsx'

/** Makes a node token, and shows the command that uses it, this once. */
export function JoinDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const t = useTranslations('join')
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const join = useMutation(
    trpc.nodes.join.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries({ queryKey: trpc.tokens.pathKey() }),
    }),
  )
  const change = (next: boolean) => {
    onOpenChange(next)
    if (!next) join.reset()
  }
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      wide
      title={t('title')}
      description={t('about')}
      footer={
        join.data === undefined ? (
          <>
            <Button onClick={() => change(false)}>{t('cancel')}</Button>
            <Button look="primary" disabled={join.isPending} onClick={() => join.mutate({})}>
              {t('make')}
            </Button>
          </>
        ) : (
          <Button look="primary" onClick={() => change(false)}>
            {t('done')}
          </Button>
        )
      }
    >
      {join.error === null ? null : <Notice kind="failed">{join.error.message}</Notice>}
      {join.data === undefined ? (
        <p className="text-muted">{t('what')}</p>
      ) : (
        <div className="space-y-3">
          <Labelled label={t('command')}>
            {(wiring) => (
              <TextArea
                {...wiring}
                mono
                readOnly
                rows={3}
                className="resize-none break-all"
                value={join.data.command}
                onFocus={(event) => event.target.select()}
              />
            )}
          </Labelled>
          <CopyButton text={join.data.command} />
          <Notice kind="attention">{t('once')}</Notice>
        </div>
      )}
    </Dialog>
  )
}
