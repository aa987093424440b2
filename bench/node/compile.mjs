// usage: node [V8 flags] compile.mjs FILE REPEAT [lazy]: prints the milliseconds of the fastest of REPEAT compilations.
// `lazy` says that the engine compiles at the first call: then each function of the module is called, and returns at once. What that adds to the
// module's bytes is taken off in proportion.
import { callable, codeBytes, fresh, read } from './module.mjs';

const [file, repeat, lazy] = process.argv.slice(2);
const original = read(file);
const bytes = lazy ? callable(original) : original;
const scale = codeBytes(original) / codeBytes(bytes);
const imports = new Proxy({}, { get: () => new Proxy({}, { get: () => () => 0 }) });
let best = Infinity;
for (let i = 0; i < Number(repeat); ++i) {
  const unseen = fresh(bytes);
  const begin = performance.now();
  const module = new WebAssembly.Module(unseen);
  if (lazy) new WebAssembly.Instance(module, imports).exports.all();
  best = Math.min(best, performance.now() - begin);
}
console.log((best * scale).toFixed(4));
