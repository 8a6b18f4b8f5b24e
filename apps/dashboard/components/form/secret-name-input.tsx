'use client'

import type { TextField } from '@switchyard/core/schema/describe'
import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '../../lib/trpc.ts'
import type { InputProps } from './field-input.tsx'
import { IdSelect } from './id-select.tsx'

/** The name of a stored secret. Nothing in a form ever holds its value. */
export function SecretNameInput(props: InputProps<TextField>) {
  const trpc = useTRPC()
  const secrets = useQuery(trpc.secrets.list.queryOptions()).data
  return <IdSelect {...props} known={(secrets ?? []).map(({ name }) => name)} />
}
