import { expect, test } from 'vitest'
import { Failure } from '../failure.ts'
import type { SourceFile } from './document.ts'
import { mergeFiles } from './merge-files.ts'

const yaml = (name: string, text: string): SourceFile => ({ name, text, format: 'yaml' })

function problemsOf(files: SourceFile[]) {
  try {
    mergeFiles(files)
  } catch (error) {
    if (error instanceof Failure) return error.problems
    throw error
  }
  throw new Error('the files were taken')
}

const shop = yaml(
  'a/shop.yaml',
  'switchyard: 1\n# the shop\nupstreams:\n  - id: shop\n    targets: []\nroutes:\n  - id: shop\n  - id: beta\n',
)
const page: SourceFile = {
  name: 'a/page.json',
  text: '{\n  "routes": [\n    {\n      "id": "page",\n      "wieght": 3\n    }\n  ]\n}',
  format: 'json',
}

test('lists come one after the other, in the order of the files', () => {
  const merged = mergeFiles([shop, page, yaml('a/z.yml', '# nothing yet\n')])
  expect(merged.format).toBe('json')
  expect(JSON.parse(merged.text)).toEqual({
    switchyard: 1,
    upstreams: [{ id: 'shop', targets: [] }],
    routes: [{ id: 'shop' }, { id: 'beta' }, { id: 'page', wieght: 3 }],
  })
})

test('a problem is told with the file, line and path that it comes from', () => {
  const { place } = mergeFiles([shop, page])
  expect(place({ path: 'routes[2].wieght', message: 'unknown field', line: 1 })).toEqual({
    ...{ file: 'a/page.json', line: 5, path: 'routes[0].wieght', message: 'unknown field' },
  })
  expect(place({ path: 'upstreams[0].targets', message: 'm', line: 1 })).toMatchObject({ file: 'a/shop.yaml', line: 5 })
  expect(place({ path: 'switchyard', message: 'm', line: 1 })).toMatchObject({ file: 'a/shop.yaml', line: 1 })
  expect(place({ path: '', message: 'm', line: 1 })).toEqual({ path: '', message: 'm' })
  // What is not about the text: of the configuration that it would lead to.
  expect(place({ path: 'routes[2]', message: 'm' })).toEqual({ path: 'routes[2]', message: 'm' })
})

test('an id that stands twice is an error that names both files, within its kind', () => {
  const twice = yaml('b/more.yaml', 'upstreams:\n  - id: beta\nroutes:\n  - id: other\n  - id: beta\n  - id: other\n')
  expect(problemsOf([shop, twice])).toEqual([
    ...[{ file: 'b/more.yaml', line: 5, path: 'routes[1].id', message: 'the id "beta" stands in a/shop.yaml:8 too' }],
    ...[{ file: 'b/more.yaml', line: 6, path: 'routes[2].id', message: 'the id "other" stands in b/more.yaml:4 too' }],
  ])
})

test('two versions of the format are an error that names both files; the same one twice is not', () => {
  expect(problemsOf([shop, yaml('b.yaml', '\nswitchyard: 2\n')])).toEqual([
    ...[{ file: 'b.yaml', line: 2, path: 'switchyard', message: 'version 2 here, 1 in a/shop.yaml:1' }],
  ])
  expect(JSON.parse(mergeFiles([shop, yaml('b.yaml', 'switchyard: 1\n')]).text)).toMatchObject({ switchyard: 1 })
})

test('everything that is wrong with the files is told at once', () => {
  const problems = problemsOf([
    shop,
    yaml('1.yaml', 'routes: {}\n'),
    yaml('2.yaml', '- 1\n'),
    yaml('3.yaml', 'a: [\n'),
    yaml('4.yaml', 'a: 1\na: 2\n'),
  ])
  expect(problems.map(({ file, line }) => `${file}:${line}`)).toEqual(['1.yaml:1', '2.yaml:1', '3.yaml:2', '4.yaml:2'])
  expect(problems[0]?.message).toBe('this stands in a/shop.yaml:6 too, and only lists can be put together')
})

test('keys that JavaScript knows are keys like others', () => {
  const merged = mergeFiles([yaml('a.yaml', '__proto__: [1]\nconstructor: [2]\n'), yaml('b.yaml', '__proto__: [3]\n')])
  expect(merged.text).toBe('{"__proto__":[1,3],"constructor":[2]}')
})
