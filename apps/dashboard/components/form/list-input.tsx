'use client'

import type { Field, ListField } from '@switchyard/core/schema/describe'
import { ArrowDown, ArrowUp, Plus, X } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useTranslations } from 'use-intl'
import { cn } from '../../lib/class-names.ts'
import { newItem } from '../../lib/form/first-value.ts'
import { addItem, itemsOf, moveItem, removeItem, replaceItem } from '../../lib/form/object-edit.ts'
import { useSchemaWords, useSchemaWordsInside } from '../../lib/schema-words.ts'
import { Button } from '../ui/button.tsx'
import { FieldInput, type InputProps } from './field-input.tsx'
import { useFieldProblem, useForm } from './form-context.tsx'
import { ListFrame } from './list-frame.tsx'

const isSimple = (field: Field) =>
  field.kind === 'text' || field.kind === 'number' || field.kind === 'ref' || field.kind === 'choice'

/** The order of things, and of references to them, says which comes first; of texts and numbers it says nothing. */
const hasOrder = (item: Field) => !isSimple(item) || item.kind === 'ref'

/** Items in an order that can be changed: simple ones on a line each, others in a frame. */
export function ListInput({ field, path, value, onChange, bare }: InputProps<ListField>) {
  const t = useTranslations('form')
  const word = useSchemaWords()
  const { readOnly, touch } = useForm()
  const error = useFieldProblem(path)
  const items = itemsOf(value)
  const keys = useKeys(items.length)
  const title = word(field.title)
  const thing = useSchemaWordsInside()(field.item.title)
  const full = field.maxItems !== undefined && items.length >= field.maxItems

  const move = (at: number, by: number) => {
    keys.move(at, by)
    onChange(moveItem(value, at, by))
  }
  const remove = (at: number) => {
    keys.remove(at)
    touch(path)
    onChange(removeItem(value, at, field.optional))
  }
  const add = () => {
    keys.add()
    onChange(addItem(value, newItem(field.item, items)))
  }
  return (
    <ListFrame
      title={title}
      about={bare ? undefined : word(field.description)}
      error={error}
      add={
        readOnly || full ? null : (
          <Button size="small" onClick={add}>
            <Plus aria-hidden="true" />
            {t('add', { thing })}
          </Button>
        )
      }
    >
      {items.map((item, i) => (
        <Item
          key={keys.all[i]}
          simple={isSimple(field.item)}
          tools={
            readOnly ? null : (
              <>
                {items.length > 1 && hasOrder(field.item) ? (
                  <>
                    <Button
                      look="quiet"
                      size="icon-small"
                      disabled={i === 0}
                      aria-label={t('earlier', { thing, number: i + 1 })}
                      onClick={() => move(i, -1)}
                    >
                      <ArrowUp aria-hidden="true" />
                    </Button>
                    <Button
                      look="quiet"
                      size="icon-small"
                      disabled={i === items.length - 1}
                      aria-label={t('later', { thing, number: i + 1 })}
                      onClick={() => move(i, 1)}
                    >
                      <ArrowDown aria-hidden="true" />
                    </Button>
                  </>
                ) : null}
                <Button
                  look="quiet"
                  size="icon-small"
                  aria-label={t('remove', { thing, number: i + 1 })}
                  onClick={() => remove(i)}
                >
                  <X aria-hidden="true" />
                </Button>
              </>
            )
          }
        >
          <FieldInput
            bare
            field={field.item}
            path={[...path, i]}
            value={item}
            onChange={(next) => onChange(replaceItem(value, i, next))}
          />
        </Item>
      ))}
    </ListFrame>
  )
}

function Item({ simple, tools, children }: { simple: boolean; tools: ReactNode; children: ReactNode }) {
  return (
    <div className={cn('flex items-start gap-1', !simple && 'rounded-md border border-line p-3')}>
      <div className="min-w-0 flex-1">{children}</div>
      {tools}
    </div>
  )
}

/** A key for each item that stays with it when it moves, so that the focus and what is open stay too. */
function useKeys(count: number) {
  const [state, setState] = useState(() => ({ all: Array.from({ length: count }, (_, i) => i), next: count }))
  // The value was replaced from outside.
  const all = state.all.length === count ? state.all : Array.from({ length: count }, (_, i) => i)
  return {
    all,
    add: () => setState({ all: [...all, state.next], next: state.next + 1 }),
    remove: (at: number) => setState({ all: all.filter((_, i) => i !== at), next: state.next }),
    move: (at: number, by: number) => setState({ all: moveItem(all, at, by) as number[], next: state.next }),
  }
}
