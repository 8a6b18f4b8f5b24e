import { createModel } from '@switchyard/core/config/model'
import { middleware } from './registry.ts'

/** The configuration model of this product: core's schema with this catalogue in it. */
export const model = createModel(middleware)
