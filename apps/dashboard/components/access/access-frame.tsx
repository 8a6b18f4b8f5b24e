'use client'

import type { FormEvent, ReactNode } from 'react'
import { Brand } from '../shell/brand.tsx'

/** A page before anybody is signed in: the mark, a title, one form. */
export function AccessFrame({
  title,
  lead,
  onSubmit,
  children,
}: {
  title: string
  lead?: string
  onSubmit: () => void
  children: ReactNode
}) {
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onSubmit()
  }
  return (
    <main className="flex min-h-dvh flex-col items-center px-4 pt-[16dvh]">
      <title>{`${title} · Switchyard`}</title>
      <div className="w-full max-w-[340px]">
        <Brand className="mb-8" />
        <h1 className="font-semibold text-title">{title}</h1>
        {lead === undefined ? null : <p className="mt-1 text-muted text-sm">{lead}</p>}
        <form onSubmit={submit} noValidate className="mt-5 space-y-4">
          {children}
        </form>
      </div>
    </main>
  )
}
