const hosts = 100
const prefixesPerHost = 100

/** 10,000 routes: a hundred hosts with a hundred path prefixes each. */
export function manyRoutes() {
  return Array.from({ length: hosts }, (_, at) => ({
    host: `h${at}.bench.example`,
    prefixes: Array.from({ length: prefixesPerHost }, (_, at) => `/s${at}`),
  }))
}

/** What is asked among them: few enough to stay in a processor's cache, spread over all. */
export function requestPaths() {
  return Array.from({ length: 64 }, (_, at) => ({
    host: `h${(at * 37) % hosts}.bench.example`,
    path: `/s${(at * 61) % prefixesPerHost}/bench`,
  }))
}
