import { createHash, randomBytes } from 'node:crypto'

/** 256 random bits behind a prefix that secret scanners know a token by. */
export const randomToken = (prefix = ''): string => prefix + randomBytes(32).toString('base64url')

/** What is stored of a token. It is random and long, so a plain hash cannot be searched. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex')

/** A new etag or id: 96 random bits. */
export const randomId = (): string => randomBytes(12).toString('base64url')
