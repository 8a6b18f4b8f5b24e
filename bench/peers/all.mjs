import { caddy } from './caddy.mjs'
import { goReverseProxy } from './go-reverse-proxy.mjs'
import { haproxy } from './haproxy.mjs'
import { nginx } from './nginx.mjs'
import { httpProxy, replyFrom } from './node-proxies.mjs'
import { switchyard } from './switchyard.mjs'

/** In the order of the tables. */
export const peers = [switchyard, nginx, haproxy, goReverseProxy, caddy, httpProxy, replyFrom]
