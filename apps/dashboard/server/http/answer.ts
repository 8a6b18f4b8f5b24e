import type { ServerResponse } from 'node:http'
import { type ErrorCode, errors } from '@switchyard/core/errors'

/** Answers an error of the table, in the shape that errors of the API have, before tRPC sees the request. */
export function answerError(
  response: ServerResponse,
  reason: ErrorCode,
  message: string = errors[reason].message,
): void {
  const { status: httpStatus } = errors[reason]
  const data = { code: reason.toUpperCase(), httpStatus, reason, problems: [] }
  answerJson(response, httpStatus, { error: { message, data } })
}

export function answerJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
  response.end(JSON.stringify(body))
}

/** Sends a browser to another page of ours. */
export function redirect(response: ServerResponse, path: string): void {
  response.writeHead(303, { location: path, 'cache-control': 'no-store' })
  response.end()
}
