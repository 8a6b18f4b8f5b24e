'use client'

import type { Field } from '@switchyard/core/schema/describe'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { newItem } from '../../lib/form/first-value.ts'
import { isObject } from '../../lib/form/object-edit.ts'
import { type LoadedUpstream, useTRPC, useTRPCClient } from '../../lib/trpc.ts'
import { useResourceForm } from '../../lib/use-resource-form.ts'
import { FieldInput } from '../form/field-input.tsx'
import { FormContext } from '../form/form-context.tsx'
import { FormProblems } from '../form/form-problems.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'

/** Adds a target to an upstream, or changes one (`id`): the fields of the schema, checked with the upstream around them. */
export function TargetDialog({
  upstream,
  field,
  id,
  close,
}: {
  upstream: LoadedUpstream
  /** Of one target. */
  field: Field
  id: string | undefined
  close: () => void
}) {
  const t = useTranslations('targets')
  const trpc = useTRPC()
  const client = useTRPCClient()
  const queryClient = useQueryClient()
  const targets = upstream.value.targets ?? []
  const index = targets.findIndex((target) => target.id === id)
  const [empty] = useState(() => {
    const first = newItem(field, targets)
    return isObject(first) ? first : {}
  })
  const form = useResourceForm({
    kind: 'upstreams',
    loaded: { id: upstream.id, etag: upstream.etag, value: targets[index] ?? empty },
    initial: empty,
    compose: (part) => ({
      ...upstream.value,
      targets: index < 0 ? [...targets, part] : targets.map((target, i) => (i === index ? part : target)),
    }),
  })
  const refresh = () => queryClient.invalidateQueries({ queryKey: trpc.upstreams.pathKey() })
  const save = async (over?: string) => {
    if (!(await form.save(over))) return
    await refresh()
    close()
  }
  const overwrite = async () => save((await client.upstreams.get.query({ id: upstream.id })).etag)
  return (
    <FormContext value={form.form}>
      <Dialog
        open
        onOpenChange={close}
        title={id === undefined ? t('addTo', { upstream: upstream.id }) : t('editOf', { id })}
        footer={
          <>
            <Button onClick={close}>{t('cancel')}</Button>
            <Button look="primary" type="submit" form="target" disabled={form.saving || !form.dirty}>
              {id === undefined ? t('add') : t('save')}
            </Button>
          </>
        }
      >
        <form
          id="target"
          noValidate
          className="space-y-4"
          onSubmit={(event) => {
            event.preventDefault()
            void save()
          }}
        >
          <FormProblems
            form={form}
            onReload={() => void refresh().then(form.revert)}
            onOverwrite={() => void overwrite()}
          />
          <FieldInput
            bare
            field={field}
            path={['targets', index < 0 ? targets.length : index]}
            value={form.value}
            onChange={(next) => form.change(isObject(next) ? next : {})}
          />
        </form>
      </Dialog>
    </FormContext>
  )
}
