'use client'

import type { Field } from '@switchyard/core/schema/describe'
import { useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'use-intl'
import { sectionsOf } from '../../lib/form/sections.ts'
import { useSchemaWords } from '../../lib/schema-words.ts'
import { type LoadedUpstream, useTRPC, useTRPCClient } from '../../lib/trpc.ts'
import type { ResourceForm } from '../../lib/use-resource-form.ts'
import { FormContext } from '../form/form-context.tsx'
import { FormProblems } from '../form/form-problems.tsx'
import { FormSections } from '../form/form-sections.tsx'
import { SaveBar } from '../form/save-bar.tsx'
import { SectionAnchors } from '../resources/section-anchors.tsx'

/** Everything about an upstream but its targets: strategy, host, limits and time-outs. */
export function UpstreamSettings({
  upstream,
  fields,
  form,
}: {
  upstream: LoadedUpstream
  fields: Record<string, Field>
  form: ResourceForm
}) {
  const t = useTranslations('upstreams')
  const notes = useTranslations('form')
  const word = useSchemaWords()
  const trpc = useTRPC()
  const client = useTRPCClient()
  const queryClient = useQueryClient()
  const sections = sectionsOf(fields, ['id', 'targets'])

  const refresh = () => queryClient.invalidateQueries({ queryKey: trpc.upstreams.pathKey() })
  const save = async (over?: string) => {
    if (await form.save(over)) await refresh()
  }
  const overwrite = async () => save((await client.upstreams.get.query({ id: upstream.id })).etag)
  return (
    <FormContext value={form.form}>
      <div className="grid items-start gap-6 border-line border-t pt-5 lg:grid-cols-[120px_minmax(0,1fr)]">
        <SectionAnchors
          sections={[
            { name: 'targets', title: t('targets') },
            ...sections.map(({ name, field }) => ({
              name,
              title: field !== undefined ? word(field.title) : name === 'notes' ? notes('notes') : t('limits'),
            })),
            { name: 'timeline', title: t('timeline') },
            { name: 'yaml', title: t('yaml') },
          ]}
        />
        <form
          noValidate
          className="max-w-[680px] space-y-5"
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
          <FormSections sections={sections} advancedTitle={t('limits')} value={form.value} onChange={form.change} />
          <SaveBar form={form} creating={false} />
        </form>
      </div>
    </FormContext>
  )
}
