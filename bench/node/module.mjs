// What the drivers share: modules as bytes, read, made unseen, looked into and put together.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

export const read = (file) => readFileSync(file);

// The module with a custom section nobody has seen: V8 caches compiled modules by their bytes.
export function fresh(bytes) {
  const name = randomBytes(8).toString('hex');
  return Buffer.concat([bytes, Buffer.from([0, name.length + 1, name.length]), Buffer.from(name)]);
}

// An unsigned LEB128 number; a vector of byte arrays; a section; a module of sections.
export function leb(value) {
  const bytes = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value & 127) | 128);
  return Buffer.from([...bytes, value]);
}
export const vector = (items) => Buffer.concat([leb(items.length), ...items]);
export const sized = (bytes) => Buffer.concat([leb(bytes.length), bytes]);
export const section = (id, content) => Buffer.concat([Buffer.from([id]), sized(content)]);
export const assemble = (sections) => Buffer.concat([Buffer.from('\0asm\x01\0\0\0', 'latin1'), ...sections]);

// Reads bytes from the front.
class Reader {
  constructor(bytes, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }
  byte() { return this.bytes[this.at++]; }
  leb() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  }
  take(size) { return this.bytes.subarray(this.at, (this.at += size)); }
  rest() { return this.take(this.bytes.length - this.at); }
  vector(item) { return Array.from({ length: this.leb() }, item); }
}

// The sections' contents by their number, custom ones left out.
function sections(bytes) {
  const found = new Map();
  for (const reader = new Reader(bytes, 8); reader.at < bytes.length; ) {
    const id = reader.byte();
    const content = reader.take(reader.leb());
    if (id !== 0) found.set(id, content);
  }
  return found;
}

function bodies(content) {
  const reader = new Reader(content);
  return reader.vector(() => reader.take(reader.leb()));
}

// Bytes of the code section's function bodies, their size fields left out: what `wasmer --stats` calls code_bytes.
export function codeBytes(bytes) {
  const code = sections(bytes).get(10);
  return code ? bodies(code).reduce((sum, body) => sum + body.length, 0) : 0;
}

// The module with an export "all", which calls each of its functions once: they return zeros at once, since a new global says so.
export function callable(bytes) {
  const found = sections(bytes);
  const empty = Buffer.from([0]);
  const reader = (id) => new Reader(found.get(id) ?? empty);

  const zeros = new Map([[0x7f, [0x41, 0]], [0x7e, [0x42, 0]], [0x7d, [0x43, 0, 0, 0, 0]], [0x7c, [0x44, 0, 0, 0, 0, 0, 0, 0, 0]],
    [0x7b, [0xfd, 12, ...Array(16).fill(0)]], [0x70, [0xd0, 0x70]], [0x6f, [0xd0, 0x6f]]]);
  const known = (type) => {
    if (!zeros.has(type)) throw new Error(`a value type 0x${type.toString(16)}, of which no zero is known`);
    return type;
  };
  const input = reader(1);
  const types = input.vector(() => {
    if (input.byte() !== 0x60) throw new Error('a type that is not a function');
    return { parameters: input.vector(() => known(input.byte())), results: input.vector(() => known(input.byte())) };
  });

  let importedFunctions = 0;
  let importedGlobals = 0;
  const imports = reader(2);
  imports.vector(() => {
    imports.take(imports.leb());
    imports.take(imports.leb());
    const kind = imports.byte();
    if (kind === 0) ++importedFunctions;
    else if (kind === 3) ++importedGlobals;
    else throw new Error('an import that is neither a function nor a global');
    imports.leb();
    if (kind === 3) imports.byte();
  });

  const functions = reader(3);
  const used = functions.vector(() => functions.leb());
  const values = (list) => Buffer.from(list.flatMap((type) => zeros.get(type)));
  const numbered = (opcode, index) => Buffer.concat([Buffer.from([opcode]), leb(index)]);

  const guard = importedGlobals + reader(6).leb();
  const guarded = bodies(found.get(10) ?? empty).map((body, i) => {
    const at = new Reader(body);
    at.vector(() => [at.leb(), at.byte()]);
    const locals = body.subarray(0, at.at);
    return sized(Buffer.concat([locals, numbered(0x23, guard), Buffer.from([0x04, 0x40]), values(types[used[i]].results), Buffer.from([0x0f, 0x0b]), at.rest()]));
  });
  const calls = used.flatMap((type, i) => [values(types[type].parameters), numbered(0x10, importedFunctions + i), Buffer.alloc(types[type].results.length, 0x1a)]);
  guarded.push(sized(Buffer.concat([leb(0), ...calls, Buffer.from([0x0b])])));

  // The same vector with one item more.
  const appended = (id, item) => {
    const old = reader(id);
    const count = old.leb();
    return Buffer.concat([leb(count + 1), old.rest(), item]);
  };
  found.set(1, appended(1, Buffer.from([0x60, 0, 0])));
  found.set(3, appended(3, leb(types.length)));
  found.set(6, appended(6, Buffer.from([0x7f, 1, 0x41, 1, 0x0b])));
  found.set(7, appended(7, Buffer.concat([sized(Buffer.from('all')), numbered(0, importedFunctions + used.length)])));
  found.set(10, vector(guarded));
  return assemble([1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11].filter((id) => found.has(id)).map((id) => section(id, found.get(id))));
}
