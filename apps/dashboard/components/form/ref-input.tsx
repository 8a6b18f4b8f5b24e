'use client'

import type { RefField } from '@switchyard/core/schema/describe'
import type { InputProps } from './field-input.tsx'
import { useForm } from './form-context.tsx'
import { IdSelect } from './id-select.tsx'

/** The id of another resource. */
export function RefInput(props: InputProps<RefField>) {
  const { ids } = useForm()
  return <IdSelect {...props} known={ids[props.field.to]} />
}
