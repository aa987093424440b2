// What the drivers share: a module's bytes with a custom section nobody has seen (V8 caches compiled modules by their bytes), and its sections.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

export const read = (file) => readFileSync(file);

export function fresh(bytes) {
  const name = randomBytes(8).toString('hex');
  return Buffer.concat([bytes, Buffer.from([0, name.length + 1, name.length]), Buffer.from(name)]);
}

// Bytes of the code section's function bodies, their size fields left out: what `wasmer --stats` calls code_bytes.
export function codeBytes(bytes) {
  let at = 8;
  const leb = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const id = bytes[at++];
    const size = leb();
    if (id !== 10) {
      at += size;
      continue;
    }
    let sum = 0;
    for (let count = leb(); count > 0; --count) {
      const body = leb();
      sum += body;
      at += body;
    }
    return sum;
  }
  return 0;
}
