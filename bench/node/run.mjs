// usage: node [V8 flags] run.mjs FILE: runs a WASI program of the benchmark suite in the current folder, preopened as '.';
// the milliseconds between its calls of bench.start and bench.end go to the file descriptor 3, or its score if it exports `run`.
import { writeSync } from 'node:fs';
import { fresh, read } from './module.mjs';

const [file] = process.argv.slice(2);
const module = new WebAssembly.Module(fresh(read(file)));
const report = (figure) => writeSync(3, `${figure}\n`);

let begin = 0;
let spent = 0;
const imports = {
  bench: {
    start() { begin = performance.now(); },
    end() { spent += performance.now() - begin; },
  },
  env: { clock_ms: () => performance.now() | 0 },
};
if (WebAssembly.Module.exports(module).some(({ name }) => name === '_start')) {
  process.removeAllListeners('warning');
  const { WASI } = await import('node:wasi');
  const wasi = new WASI({ version: 'preview1', args: [file], preopens: { '.': '.' }, returnOnExit: true });
  const instance = new WebAssembly.Instance(module, { ...imports, wasi_snapshot_preview1: wasi.wasiImport });
  const code = wasi.start(instance);
  report(spent);
  process.exitCode = code;
} else {
  report(new WebAssembly.Instance(module, imports).exports.run());
}
