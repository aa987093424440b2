// usage: node [V8 flags] validate.mjs FILE REPEAT: prints the milliseconds of the fastest of REPEAT validations.
import { fresh, read } from './module.mjs';

const [file, repeat] = process.argv.slice(2);
const bytes = read(file);
let best = Infinity;
for (let i = 0; i < Number(repeat); ++i) {
  const unseen = fresh(bytes);
  const begin = performance.now();
  if (!WebAssembly.validate(unseen)) throw new Error(`${file} is not valid`);
  best = Math.min(best, performance.now() - begin);
}
console.log(best.toFixed(4));
