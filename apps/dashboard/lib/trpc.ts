'use client'

import type { inferRouterOutputs } from '@trpc/server'
import { createTRPCContext } from '@trpc/tanstack-react-query'
import type { AppRouter } from '../server/api/router.ts'

export const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<AppRouter>()

type Outputs = inferRouterOutputs<AppRouter>

export type Status = Outputs['revisions']['status']
export type NodeView = Outputs['nodes']['list'][number]
export type Change = Status['draft']['changes'][number]
export type ChangeDetail = Change['details'][number]
export type TrafficSummary = Outputs['traffic']['summary']
export type HealthSummary = Outputs['health']['summary']
export type UpstreamHealth = HealthSummary['upstreams'][string]
export type TargetHealth = UpstreamHealth['targets'][string]
export type Timeline = Outputs['health']['timeline']
export type TimelineEvent = Timeline['events'][number]
export type UpstreamItem = Outputs['upstreams']['list'][number]
export type LoadedUpstream = Outputs['upstreams']['get']
export type RouteItem = Outputs['routes']['list'][number]
export type MiddlewareItem = Outputs['middleware']['list'][number]
export type ListenerItem = Outputs['listeners']['list'][number]
export type CertificateItem = Outputs['certificates']['list'][number]
export type CertificateAbout = NonNullable<CertificateItem['about']>
export type RevisionItem = Outputs['revisions']['list'][number]
export type UserItem = Outputs['users']['list'][number]
export type SecretItem = Outputs['secrets']['list'][number]
export type TokenItem = Outputs['tokens']['list'][number]
export type AuditItem = Outputs['audit']['list'][number]
