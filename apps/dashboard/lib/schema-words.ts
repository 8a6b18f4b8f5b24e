'use client'

import { createContext, useContext } from 'react'

/** English words of the schema (titles, descriptions, hints) and what they are in the language of the page. */
export type SchemaWords = Readonly<Record<string, string>>

export const SchemaWordsContext = createContext<SchemaWords>({})

/** Translates a title or a description of the schema; what has no translation stays as core wrote it. */
export function useSchemaWords(): (english: string) => string {
  const words = useContext(SchemaWordsContext)
  return (english) => words[english] ?? english
}

/** The words inside a sentence: without the capital that a title begins with. An abbreviation keeps its capitals. */
export function useSchemaWordsInside(): (english: string) => string {
  const word = useSchemaWords()
  return (english) => word(english).replace(/^[A-Z](?=[a-z ])/, (letter) => letter.toLowerCase())
}
