// usage: node calls.mjs: prints the nanoseconds of a call JavaScript -> wasm and of a call wasm -> JavaScript, both optimized by V8.
// The module is that of bench/calls.cpp: "add" returns the sum of two i32, "loop" calls the import env.host as often as it is told.
const bytes = Buffer.from('AGFzbQEAAAABDAJgAn9/AX9gAX8BfwIMAQNlbnYEaG9zdAAAAwMCAAEHDgIDYWRkAAEEbG9vcAACCiQCBwAgACABagsaAQF/A0AgASAAEAAhASAAQQFrIgANAAsgAQs=', 'base64');
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { host: (a, b) => (a + b) | 0 } });

const calls = 20_000_000;
const intoWasm = () => {
  let sum = 0;
  for (let i = 0; i < calls; ++i) sum = exports.add(sum, i);
  return sum;
};
const best = (f) => {
  let least = Infinity;
  for (let round = 0; round < 7; ++round) {
    const begin = performance.now();
    f();
    least = Math.min(least, performance.now() - begin);
  }
  return ((least * 1e6) / calls).toFixed(2);
};
console.log(best(intoWasm), best(() => exports.loop(calls)));
