// usage: node report.mjs RESULTS DOCS: writes what the commands of bench/ recorded in the folder RESULTS into DOCS/performance.md, between the markers
// <!-- begin NAME --> and <!-- end NAME -->, and charts of it into DOCS/performance. A file of RESULTS holds lines of text and rows of cells with tabs between.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chart } from './chart.mjs';

const [results, docs] = process.argv.slice(2);
const titles = {
  speed: 'Compile speed against run speed',
  compile: 'Compile speed',
  run: 'Run speed',
  calls: 'Calls',
  validate: 'Validation',
  start: 'Start',
  scale: 'Scaling',
  heap: 'The heap of GC objects',
  interrupts: 'Interruption',
  llvm: 'Compiling by way of LLVM',
  native: 'LLVM beside native code',
};
const skeleton = '# Performance\n\nMeasured by `bench/report`, which writes the tables and the charts on this page.\n';

// A file as a list of texts and of tables, which are lists of rows.
function parse(text) {
  const parts = [];
  for (const line of text.split('\n')) {
    if (line === '') continue;
    if (!line.includes('\t')) parts.push(line);
    else if (Array.isArray(parts.at(-1))) parts.at(-1).push(line.split('\t'));
    else parts.push([line.split('\t')]);
  }
  return parts;
}
const measured = new Map(readdirSync(results).map((name) => [name, parse(readFileSync(join(results, name), 'utf8'))]));

const markdownRow = (cells) => `| ${cells.join(' | ')} |`;
const markdownTable = ([head, ...rows]) => [head, head.map((_, i) => (i ? '--:' : '---')), ...rows].map(markdownRow).join('\n');
function markdown(parts) {
  const blocks = [];
  let quoted = false;
  for (const part of parts) {
    const quotes = !Array.isArray(part) && part.startsWith('    ');
    if (quotes && quoted) blocks.push(`${blocks.pop()}\n${part}`);
    else blocks.push(Array.isArray(part) ? markdownTable(part) : part);
    quoted = quotes;
  }
  return blocks.join('\n\n');
}

// A table of a command by its first heading, as a list of objects keyed by the headings.
function table(command, heading) {
  const found = measured.get(command)?.find((part) => Array.isArray(part) && part[0][0] === heading);
  return found?.slice(1).map((cells) => Object.fromEntries(cells.map((cell, i) => [found[0][i], cell])));
}
// What an engine is called where it stands outside of a table.
const named = (engine) => (engine === 'ours' ? 'wasmer' : engine);

// The first line of a command's result: date, processor, versions.
const provenance = (command) => measured.get(command).find((part) => !Array.isArray(part));

mkdirSync(join(docs, 'performance'), { recursive: true });
function picture(name, text, options) {
  writeFileSync(join(docs, 'performance', `${name}.svg`), chart({ ...options, text }));
  return `![${text}](performance/${name}.svg)`;
}

// One dot an engine: MB/s of compiling, and how many times as fast as Liftoff's its code runs.
function speed() {
  const compiled = table('compile', 'module')?.find((row) => row.module === 'geomean');
  const ran = table('run', 'program')?.find((row) => row.program === 'geomean');
  const ours = Number(ran?.['/Liftoff']);
  if (!compiled || !(ours > 0)) return undefined;
  const dots = Object.keys(compiled)
    .filter((heading) => heading === 'ours' || `/${heading}` in compiled)
    .map((engine) => ({ name: named(engine), x: Number(compiled[engine]), y: (engine === 'ours' ? 1 : Number(ran[`/${engine}`])) / ours }))
    .filter(({ x, y }) => x > 0 && y > 0);
  const rows = dots.map(({ name, x, y }) => [name, x.toFixed(2), y.toFixed(2)]);
  return [
    `Geometric means over the modules and programs below: compile speed in MB/s of code on one thread, and how many times as fast as Liftoff's the code runs. ${provenance('run')}`,
    picture('speed', 'Compile speed against run speed, one dot an engine; to the right compiles faster, to the top runs faster', {
      x: { title: 'compile speed, MB/s of code, one thread', logarithmic: true },
      y: { title: 'run speed, times Liftoff' },
      dots,
    }),
    markdownTable([['engine', 'compiles, MB/s', "runs, times Liftoff's"], ...rows]),
  ].join('\n\n');
}

// The charts beside the tables of bench/scale.
function scale() {
  const pictures = [];
  const sizes = table('scale', 'KB a function');
  if (sizes) {
    const series = Object.keys(sizes[0]).slice(1).map((engine) => ({ name: named(engine), points: sizes.map((row) => [Number(row['KB a function']), Number(row[engine])]) }));
    pictures.push(picture('function-size', 'Compile speed over the size of functions', {
      x: { title: 'size of each function, KB', logarithmic: true, ticks: sizes.map((row) => Number(row['KB a function'])) },
      y: { title: 'compile speed, MB/s of code, one thread' },
      series,
    }));
  }
  const threads = table('scale', 'threads');
  if (threads) {
    const counts = threads.map((row) => Number(row.threads));
    pictures.push(picture('threads', 'Compile speed over the number of threads', {
      x: { title: 'threads', ticks: counts },
      y: { title: 'speed-up compiling spidermonkey, times one thread' },
      series: [{ name: named('ours'), points: threads.map((row) => [Number(row.threads), Number(row['speed-up'])]) }, { name: 'ideal', points: counts.map((n) => [n, n]), dashed: true }],
    }));
  }
  return pictures.join('\n\n');
}

const blocks = new Map();
const front = speed();
if (front) blocks.set('speed', front);
for (const name of Object.keys(titles)) if (measured.has(name)) blocks.set(name, markdown(measured.get(name)));
if (blocks.has('scale')) blocks.set('scale', `${blocks.get('scale')}\n\n${scale()}`);

const page = join(docs, 'performance.md');
let text = existsSync(page) ? readFileSync(page, 'utf8') : skeleton;
for (const [name, block] of blocks) {
  const begin = `<!-- begin ${name} -->`;
  const end = `<!-- end ${name} -->`;
  if (!text.includes(begin)) text += `\n## ${titles[name]}\n\n${begin}\n${end}\n`;
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from);
  if (to < 0) throw new Error(`${page}: there is no ${end}`);
  text = `${text.slice(0, from)}${begin}\n\n${block}\n\n${text.slice(to)}`;
}
writeFileSync(page, text);
