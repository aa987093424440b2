// A chart as SVG text: dots with names, or lines; titled axes, linear or logarithmic.
const width = 720, height = 440;
const plot = { left: 76, right: 600, top: 24, bottom: 376 };
const colours = ['#0b62a4', '#c2571a', '#3a7d34', '#7a4fa3', '#666666'];
const ink = '#222222';
const grid = '#dddddd';

const escaped = (text) => String(text).replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign]);
const rounded = (value) => Number(value.toFixed(1));

// Round numbers from below `least` to above `most`.
function linearTicks(least, most) {
  const rough = (most - least) / 6;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough);
  const first = Math.floor(least / step);
  return Array.from({ length: Math.ceil(most / step) - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(10)));
}
function logarithmicTicks(least, most) {
  const all = Array.from({ length: 16 }, (_, i) => i - 6).flatMap((power) => [1, 2, 5].map((factor) => Number(`${factor}e${power}`)));
  const before = all.findLastIndex((tick) => tick <= least);
  return all.slice(before, all.findIndex((tick) => tick >= most) + 1);
}

// An axis over these values, from one place to another: its ticks, and where a value lies.
function axis({ logarithmic, ticks }, values, from, to) {
  const least = Math.min(...values), most = Math.max(...values);
  const shown = ticks ?? (logarithmic ? logarithmicTicks(least, most) : linearTicks(Math.min(0, least), most));
  const measure = logarithmic ? Math.log : (value) => value;
  const begin = measure(shown[0]), end = measure(shown.at(-1));
  return { ticks: shown, place: (value) => rounded(from + ((measure(value) - begin) / (end - begin || 1)) * (to - from)) };
}

const write = (x, y, text, more) => `<text x="${x}" y="${y}" ${more}>${escaped(text)}</text>`;
const label = (x, y, text, colour) => write(x, y, text, `fill="${colour}" font-weight="bold"`);

export function chart({ text, x, y, dots = [], series = [] }) {
  const points = [...dots.map((dot) => [dot.x, dot.y]), ...series.flatMap((line) => line.points)];
  const across = axis(x, points.map((point) => point[0]), plot.left, plot.right);
  const up = axis(y, points.map((point) => point[1]), plot.bottom, plot.top);

  const lines = [];
  for (const tick of across.ticks) {
    const at = across.place(tick);
    lines.push(`<line x1="${at}" y1="${plot.top}" x2="${at}" y2="${plot.bottom}" stroke="${grid}"/>`, write(at, plot.bottom + 18, tick, 'text-anchor="middle"'));
  }
  for (const tick of up.ticks) {
    const at = up.place(tick);
    lines.push(`<line x1="${plot.left}" y1="${at}" x2="${plot.right}" y2="${at}" stroke="${grid}"/>`, write(plot.left - 8, at + 4, tick, 'text-anchor="end"'));
  }
  const middle = { x: (plot.left + plot.right) / 2, y: (plot.top + plot.bottom) / 2 };
  lines.push(write(middle.x, plot.bottom + 44, x.title, 'text-anchor="middle"'));
  lines.push(write(20, middle.y, y.title, `text-anchor="middle" transform="rotate(-90 20 ${middle.y})"`));

  dots.forEach(({ name, ...dot }, i) => {
    const at = { x: across.place(dot.x), y: up.place(dot.y) };
    lines.push(`<circle cx="${at.x}" cy="${at.y}" r="6" fill="${colours[i]}"/>`, label(at.x + 11, at.y + 4, name, colours[i]));
  });
  const names = [];
  series.forEach(({ name, points: line, dashed }, i) => {
    const at = line.map((point) => [across.place(point[0]), up.place(point[1])]);
    lines.push(`<polyline points="${at.map((point) => point.join(',')).join(' ')}" fill="none" stroke="${colours[i]}" stroke-width="2"${dashed ? ' stroke-dasharray="6 4"' : ''}/>`);
    if (!dashed) for (const [cx, cy] of at) lines.push(`<circle cx="${cx}" cy="${cy}" r="4" fill="${colours[i]}"/>`);
    names.push({ name, colour: colours[i], y: at.at(-1)[1] + 4 });
  });
  // The names stand at the lines' ends, one under the other where these are close.
  names.sort((a, b) => a.y - b.y).reduce((above, one) => {
    one.y = rounded(Math.max(one.y, above + 16));
    lines.push(label(plot.right + 11, one.y, one.name, one.colour));
    return one.y;
  }, 0);

  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="sans-serif" font-size="13" fill="${ink}">`,
    `<title>${escaped(text)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...lines,
    '</svg>\n',
  ].join('\n');
}
