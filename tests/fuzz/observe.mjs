// usage: node observe.mjs FILE
// Runs generated programs in V8 and writes down what observe.hpp writes down of them, an empty line behind each. FILE has a line of JSON for each
// program: its bytes, and calls with the arguments' types and bits and the results' types; bytes and bits in hexadecimal.
import { readFileSync, writeFileSync } from 'node:fs'

const view = new DataView(new ArrayBuffer(8))
const hex = (number, digits) => BigInt.asUintN(4 * digits, BigInt(number)).toString(16).padStart(digits, '0')

const argument = ([type, bits]) => {
  view.setBigUint64(0, BigInt('0x' + bits))
  switch (type) {
    case 'i32': return view.getInt32(4)
    case 'i64': return view.getBigInt64(0)
    case 'f32': return view.getFloat32(4)
    case 'f64': return view.getFloat64(0)
  }
}

const text = (type, value) => {
  switch (type) {
    case 'i32': return hex(value, 8)
    case 'i64': return hex(value, 16)
    case 'f32': return Number.isNaN(value) ? 'nan' : (view.setFloat32(0, value), hex(view.getUint32(0), 8))
    case 'f64': return Number.isNaN(value) ? 'nan' : (view.setFloat64(0, value), hex(view.getBigUint64(0), 16))
  }
}

// The names of errors that V8's words stand for, where it doesn't tell less than we do.
const errors = [
  [/^unreachable/, 'unreachable'],
  [/^divide by zero|^remainder by zero/, 'integer_divide_by_zero'],
  [/^divide result unrepresentable/, 'number'],
  [/^float unrepresentable/, 'number'],
  [/^memory access out of bounds/, 'out_of_bounds_memory_access'],
  [/^table (index|access|element)|^table .*out of bounds|^element segment/, 'table'],
  [/signature mismatch|^null function/, 'table'],
]
const name = error => error instanceof WebAssembly.Exception ? 'uncaught_exception' : (errors.find(([words]) => words.test(error.message)) ?? [, error.message])[1]

const digest = bytes => {
  let sum = 0x811c9dc5
  const words = new Uint32Array(bytes)
  for (const word of words) sum = Math.imul(((sum << 5) | (sum >>> 27)) ^ word, 0x01000193)
  return sum >>> 0
}

const hosts = {
  scramble: value => Math.imul(value, -1640531535) ^ (value >>> 15),
  scale: (n, x) => x * 0.5 + Number(n),
  mix: (a, b, c, d, e, f, g, h) => b + BigInt(a) * 3n + BigInt(e ^ f) * 7n + g * 11n + BigInt(h) * 13n + (c < d ? 1n : 0n),
  note: () => {},
}

const observe = ({ wasm, calls }) => {
  const env = {
    ...hosts,
    counter: new WebAssembly.Global({ value: 'i32', mutable: true }, 7),
    factor: new WebAssembly.Global({ value: 'f64', mutable: true }, 1.25),
    salt: new WebAssembly.Global({ value: 'i64' }, 0x123456789abcdefn),
  }
  let exports
  try {
    exports = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(wasm, 'hex')), { env }).exports
  } catch (error) {
    return 'error ' + error.message + '\n'
  }
  let lines = ''
  for (const { f, params, results } of calls) {
    lines += `f${f}:`
    try {
      const got = exports['f' + f](...params.map(argument))
      const values = results.length === 0 ? [] : results.length === 1 ? [got] : got
      values.forEach((value, i) => { lines += ' ' + text(results[i], value) })
    } catch (error) {
      lines += ' ' + name(error)
    }
    lines += '\n'
  }
  const memory = exports.memory.buffer
  lines += `memory ${memory.byteLength} ${hex(digest(memory), 8)}\n`
  const types = ['i32', 'f64', 'i64', 'i32', 'i32', 'i64', 'f32', 'f64', 'f32']
  types.forEach((type, i) => { lines += `g${i} ${text(type, exports['g' + i].value)}\n` })
  return lines
}

let all = ''
for (const line of readFileSync(process.argv[2], 'utf8').split('\n'))
  if (line !== '') all += observe(JSON.parse(line)) + '\n'
writeFileSync(1, all)
