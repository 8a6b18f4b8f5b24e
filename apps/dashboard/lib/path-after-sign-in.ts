/**
 * Where to go after signing in: the page that was wanted, if it is one of ours. Anything that a browser could take for
 * another origin (`//host`, `/\host`, a scheme) leads home.
 */
export function pathAfterSignIn(search: string): string {
  const wanted = new URLSearchParams(search).get('next') ?? '/'
  return /^\/(?![/\\])[^\s\\]*$/.test(wanted) ? wanted : '/'
}
