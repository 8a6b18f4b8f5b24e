'use client'

import type { Field } from '@switchyard/core/schema/describe'
import type { Path } from '@switchyard/core/schema/path'
import type { Draft } from '../../lib/form/object-edit.ts'
import { isOptionalGroup } from '../../lib/form/optional-group.ts'
import { ChoiceInput } from './choice-input.tsx'
import { EitherInput } from './either-input.tsx'
import { GroupInput } from './group-input.tsx'
import { ListInput } from './list-input.tsx'
import { MapInput } from './map-input.tsx'
import { NumberInput } from './number-input.tsx'
import { OptionalGroupInput } from './optional-group-input.tsx'
import { RefInput } from './ref-input.tsx'
import { SwitchInput } from './switch-input.tsx'
import { TextFieldInput } from './text-field-input.tsx'
import { VariantsInput } from './variants-input.tsx'

export interface InputProps<F extends Field = Field> {
  field: F
  path: Path
  /** `undefined` is absent, which is not the same as the default. */
  value: Draft
  onChange: (value: Draft) => void
  /** For a field whose title already stands elsewhere, such as an item of a list. */
  bare?: boolean
}

/** The input of any field. A new kind of field is a file beside this one and a line here. */
export function FieldInput({ field, ...props }: InputProps) {
  switch (field.kind) {
    case 'text':
      return <TextFieldInput field={field} {...props} />
    case 'number':
      return <NumberInput field={field} {...props} />
    case 'switch':
      return <SwitchInput field={field} {...props} />
    case 'choice':
      return <ChoiceInput field={field} {...props} />
    case 'list':
      return <ListInput field={field} {...props} />
    case 'map':
      return <MapInput field={field} {...props} />
    case 'either':
      return <EitherInput field={field} {...props} />
    case 'group':
      return isOptionalGroup(field) ? (
        <OptionalGroupInput field={field} {...props} />
      ) : (
        <GroupInput field={field} {...props} />
      )
    case 'variants':
      return <VariantsInput field={field} {...props} />
    case 'ref':
      return <RefInput field={field} {...props} />
  }
}
