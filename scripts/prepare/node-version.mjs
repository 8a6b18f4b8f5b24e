/** The oldest Node that everything here runs on; `engines` in package.json says the same. */
const needed = { major: 20, minor: 19 }

/** Ends the process with a sentence when this Node is too old. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > needed.major || (major === needed.major && minor >= needed.minor)) return
  console.error(`Switchyard needs Node ${needed.major}.${needed.minor} or newer; this is ${process.versions.node}.`)
  process.exit(1)
}
