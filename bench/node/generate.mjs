// usage: node generate.mjs sizes N: writes a module of 64/N functions, in each of which the same 32 KB of instructions stand N times, or
//        node generate.mjs empty N: a module of N empty functions, to standard output.
import { writeFileSync } from 'node:fs';
import { assemble, leb, section, sized, vector } from './module.mjs';

const op = (...bytes) => Buffer.from(bytes);
const i32 = 0x7f, i64 = 0x7e, f64 = 0x7c, none = 0x40;

// A fixed sequence of numbers that look random.
let state = 1;
function below(limit) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
}
const pick = (list) => list[below(list.length)];

// Locals by type: the first of each, and how many.
const locals = new Map([[i32, [0, 10]], [i64, [10, 4]], [f64, [14, 4]]]);
const local = (type) => leb(locals.get(type)[0] + below(locals.get(type)[1]));
const binary = new Map([[i32, [0x6a, 0x6b, 0x6c, 0x71, 0x72, 0x73, 0x74, 0x76]], [i64, [0x7c, 0x7d, 0x7e, 0x83, 0x84, 0x85]], [f64, [0xa0, 0xa1, 0xa2]]]);
const compare = new Map([[i32, [0x46, 0x47, 0x48, 0x4a, 0x4c]], [i64, [0x51, 0x53, 0x55]], [f64, [0x61, 0x63, 0x64]]]);
const load = new Map([[i32, [0x28, 2]], [i64, [0x29, 3]], [f64, [0x2b, 3]]]);
const store = new Map([[i32, [0x36, 2]], [i64, [0x37, 3]], [f64, [0x39, 3]]]);
const offset = () => leb(8 * below(64));

function value(type, depth) {
  const kind = below(depth > 0 ? 8 : 3);
  if (kind < 2) return Buffer.concat([op(0x20), local(type)]);
  if (kind === 2) return type === f64 ? op(0x44, 0, 0, 0, 0, 0, 0, below(128), 0x3f) : op(type === i32 ? 0x41 : 0x42, below(64));
  if (kind === 3) return Buffer.concat([value(i32, depth - 1), op(...load.get(type)), offset()]);
  return Buffer.concat([value(type, depth - 1), value(type, depth - 1), op(pick(binary.get(type)))]);
}
function condition() {
  const type = pick([i32, i32, i64, f64]);
  return Buffer.concat([value(type, 1), value(type, 1), op(pick(compare.get(type)))]);
}
function statement(depth) {
  const type = pick([i32, i32, i32, i64, f64]);
  const inner = () => Buffer.concat(Array.from({ length: 1 + below(6) }, () => statement(depth - 1)));
  switch (below(depth > 0 ? 13 : 9)) {
    case 0: case 1: case 2: case 3: case 4: return Buffer.concat([value(type, 2), op(0x21), local(type)]);
    case 5: case 6: return Buffer.concat([value(i32, 1), value(type, 2), op(...store.get(type)), offset()]);
    case 7: return Buffer.concat([value(i32, 1), value(i32, 1), op(0x10, 0, 0x21), local(i32)]);
    case 8: return Buffer.concat([value(type, 1), value(type, 1), condition(), op(0x1b, 0x21), local(type)]);
    case 9: return Buffer.concat([condition(), op(0x04, none), inner(), op(0x0b)]);
    case 10: return Buffer.concat([condition(), op(0x04, none), inner(), op(0x05), inner(), op(0x0b)]);
    case 11: return Buffer.concat([op(0x02, none), inner(), condition(), op(0x0d, 0), inner(), op(0x0b)]);
    default: return Buffer.concat([op(0x03, none), inner(), condition(), op(0x0d, 0, 0x0b)]);
  }
}

// In the module of sizes, one function of type 1 comes first, which the others, of type 0, may call.
const types = vector([op(0x60, 0, 0), op(0x60, 2, i32, i32, 1, i32)]);
const callee = op(0, 0x20, 0, 0x20, 1, 0x6a, 0x0b);
const module = (used, bodies) => assemble([section(1, types), section(3, vector(used.map(leb))), section(5, vector([op(0, 1)])), section(10, vector(bodies.map(sized)))]);

const [kind, text] = process.argv.slice(2);
const number = Number(text);
if (kind === 'sizes') {
  const parts = [];
  for (let size = 0; size < 32768; size += parts.at(-1).length) parts.push(statement(4));
  const unit = Buffer.concat(parts);
  const body = Buffer.concat([op(3, 10, i32, 4, i64, 4, f64), ...Array(number).fill(unit), op(0x0b)]);
  writeFileSync(1, module([1, ...Array(64 / number).fill(0)], [callee, ...Array(64 / number).fill(body)]));
} else {
  writeFileSync(1, module(Array(number).fill(0), Array(number).fill(op(0, 0x0b))));
}
