'use client'

import type { Field } from '@switchyard/core/schema/describe'
import type { Kind } from '@switchyard/core/schema/fields'
import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { type ReactNode, useMemo } from 'react'
import { toast } from 'sonner'
import { useTranslations } from 'use-intl'
import { cn } from '../../lib/class-names.ts'
import { firstValue } from '../../lib/form/first-value.ts'
import { idleFields } from '../../lib/form/idle-fields.ts'
import { isObject } from '../../lib/form/object-edit.ts'
import { sectionsOf } from '../../lib/form/sections.ts'
import { useSchemaWords } from '../../lib/schema-words.ts'
import { useTRPC, useTRPCClient } from '../../lib/trpc.ts'
import { type Loaded, useResourceForm } from '../../lib/use-resource-form.ts'
import { FieldInput } from '../form/field-input.tsx'
import { FormContext } from '../form/form-context.tsx'
import { FormProblems } from '../form/form-problems.tsx'
import { FormSections } from '../form/form-sections.tsx'
import { SaveBar } from '../form/save-bar.tsx'
import { SectionAnchors } from './section-anchors.tsx'
import { YamlView } from './yaml-view.tsx'

/** Makes or changes one resource of any kind, by a form that the schema describes. */
export function ResourceEditor({
  kind,
  field,
  loaded,
  aside,
}: {
  kind: Kind
  field: Field
  /** Absent while a new one is made. */
  loaded?: Loaded
  /** What stands above the YAML: the effect of the change. */
  aside?: ReactNode
}) {
  const t = useTranslations('form')
  const word = useSchemaWords()
  const router = useRouter()
  const trpc = useTRPC()
  const client = useTRPCClient()
  const queryClient = useQueryClient()
  const initial = useMemo(() => firstValue(kind, field), [kind, field])
  const form = useResourceForm({ kind, loaded, initial })
  const sections =
    field.kind === 'group'
      ? sectionsOf(field.fields, [...(loaded === undefined ? [] : ['id']), ...idleFields(kind, form.value)])
      : []

  const refresh = () => queryClient.invalidateQueries({ queryKey: trpc[kind].pathKey() })
  const save = async (over?: string) => {
    if (!(await form.save(over))) return
    await refresh()
    toast(t('saved'))
    if (loaded === undefined) router.push(`/${kind}/${encodeURIComponent(String(form.value['id']))}`)
  }
  const overwrite = async () => {
    if (loaded !== undefined) await save((await client[kind].get.query({ id: loaded.id })).etag)
  }
  const reload = async () => {
    await refresh()
    form.revert()
  }
  return (
    <FormContext value={form.form}>
      <div
        className={cn(
          'grid grid-cols-[minmax(0,1fr)] items-start gap-6',
          sections.length > 0
            ? 'lg:grid-cols-[120px_minmax(0,1fr)] xl:grid-cols-[120px_minmax(0,1fr)_minmax(300px,400px)]'
            : 'xl:grid-cols-[minmax(0,1fr)_minmax(300px,400px)]',
        )}
      >
        <SectionAnchors
          sections={sections.map((section) => ({
            name: section.name,
            title:
              section.field === undefined
                ? t(section.name as 'general' | 'advanced' | 'notes')
                : word(section.field.title),
          }))}
        />
        <form
          noValidate
          className="max-w-[680px] space-y-5"
          onSubmit={(event) => {
            event.preventDefault()
            void save()
          }}
        >
          <FormProblems form={form} onReload={() => void reload()} onOverwrite={() => void overwrite()} />
          {field.kind === 'group' ? (
            <FormSections sections={sections} advancedTitle={t('advanced')} value={form.value} onChange={form.change} />
          ) : (
            <FieldInput
              bare={false}
              field={field}
              path={[]}
              value={form.value}
              onChange={(next) => form.change(isObject(next) ? next : {})}
            />
          )}
          <SaveBar form={form} creating={loaded === undefined} />
        </form>
        <div
          className={cn(
            'space-y-4 xl:sticky xl:top-5',
            sections.length > 0 && 'max-xl:col-span-full max-xl:lg:col-start-2',
          )}
        >
          {aside}
          <YamlView value={form.value} />
        </div>
      </div>
    </FormContext>
  )
}
