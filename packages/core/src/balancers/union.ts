import { z } from 'zod'
import { variantSchema } from '../schema/variant.ts'
import type { Strategy } from './contract.ts'
import { strategies } from './registry.ts'

type SchemaOf<S> =
  S extends Strategy<infer Type, infer Shape>
    ? z.ZodObject<{ type: z.ZodLiteral<Type> } & Shape, z.core.$strict>
    : never
type Schemas = { -readonly [I in keyof typeof strategies]: SchemaOf<(typeof strategies)[I]> }

/** The tagged union of every strategy's options. The cast states what `map` cannot: one schema per strategy, in order. */
export const strategyUnion = z.discriminatedUnion(
  'type',
  strategies.map((strategy) => variantSchema(strategy, {})) as never,
) as unknown as z.ZodDiscriminatedUnion<Schemas, 'type'>

/** A strategy's `type` and options, defaults filled in. */
export type StrategyConfig = z.output<typeof strategyUnion>
