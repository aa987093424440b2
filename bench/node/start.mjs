// usage: node [V8 flags] start.mjs CORPUS ROUNDS: prints the microseconds that CoreMark takes from its bytes to its first call of the host, and that an
// instance of a module with a memory of 64 KiB takes; medians, each after a first time that does not count.
import { performance } from 'node:perf_hooks';
import { fresh, read } from './module.mjs';

const [corpus, rounds] = process.argv.slice(2);
const median = (times) => times.sort((a, b) => a - b)[times.length >> 1];
const bytes = read(`${corpus}/coremark.wasm`);
const first = () => {
  const unseen = fresh(bytes);
  let called;
  const begin = performance.now();
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(unseen), { env: { clock_ms() { called = performance.now(); throw 0; } } });
  try { exports.run(); } catch {}
  return (called - begin) * 1000;
};
first();
const coremark = Array.from({ length: 20 * rounds }, first);

// (module (memory 1))
const small = new WebAssembly.Module(Buffer.from('AGFzbQEAAAAFAwEAAQ==', 'base64'));
const count = 50;
const instances = () => {
  const begin = performance.now();
  for (let i = 0; i < count; ++i) new WebAssembly.Instance(small);
  return ((performance.now() - begin) * 1000) / count;
};
instances();
console.log(median(coremark).toFixed(2), median(Array.from({ length: rounds }, instances)).toFixed(2));
