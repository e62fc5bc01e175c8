/** A square of figures from −1 to 1, one row and one column for each name. */
export interface HeatMap {
  readonly title: string;
  readonly names: readonly string[];
  /** `[names][names]`; NaN is a dash on grey. */
  readonly values: readonly (readonly number[])[];
}

const [cell, side, top, gap] = [40, 16, 40, 8];
/** Of letters in this size, more or less. */
const letterWidth = 6.4;
/** Longer names are cut in their middle, since their ends tell them apart. */
const mostLetters = 32;

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

function shortened(name: string): string {
  if (name.length <= mostLetters) return name;
  const half = (mostLetters - 1) / 2;
  return `${name.slice(0, Math.ceil(half))}…${name.slice(name.length - Math.floor(half))}`;
}

/** White at 0, towards red at 1 and towards blue at −1. */
function colourOf(value: number): string {
  if (Number.isNaN(value)) return "#dddddd";
  const [red, green, blue] = value >= 0 ? [178, 24, 43] : [33, 102, 172];
  const share = Math.min(1, Math.abs(value));
  const mix = (end: number): string =>
    Math.round(255 + (end - 255) * share)
      .toString(16)
      .padStart(2, "0");
  return `#${mix(red)}${mix(green)}${mix(blue)}`;
}

const figureOf = (value: number): string =>
  Number.isNaN(value) ? "–" : value.toFixed(2).replace("-", "−").replace("−0.00", "0.00");

/** A heat map as an SVG, its figures in the cells, names to the left and slanting above. */
export function heatMap({ title, names, values }: HeatMap): string {
  const labels = names.map(shortened);
  const widest = letterWidth * Math.max(1, ...labels.map(({ length }) => length));
  const left = Math.ceil(side + widest + gap);
  const above = Math.ceil(top + widest * Math.SQRT1_2 + gap);
  const size = names.length * cell;
  // The last name slants out to the right.
  const width = Math.max(
    left + size + Math.ceil(widest * Math.SQRT1_2) + side,
    Math.ceil(letterWidth * title.length) + 2 * side,
  );
  const rows = labels.flatMap((label, row) => {
    const middle = above + row * cell + cell / 2;
    return [
      `<text x="${left - gap}" y="${middle + 4}" text-anchor="end">${escaped(label)}</text>`,
      ...names.map((_, column) =>
        cellAt(left + column * cell, above + row * cell, values[row]?.[column] as number),
      ),
    ];
  });
  const columns = labels.map((label, column) => {
    const [x, y] = [left + column * cell + cell / 2, above - gap];
    return `<text x="${x}" y="${y}" transform="rotate(-45 ${x} ${y})">${escaped(label)}</text>`;
  });
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${above + size + side}" ` +
      'font-family="sans-serif" font-size="11" fill="#222222">',
    '<rect width="100%" height="100%" fill="#ffffff"/>',
    `<text x="${side}" y="20" font-size="12">${escaped(title)}</text>`,
    ...columns,
    ...rows,
    "</svg>",
  ];
  return `${lines.join("\n")}\n`;
}

function cellAt(x: number, y: number, value: number): string {
  const ink = Math.abs(value) > 0.6 ? "#ffffff" : "#222222";
  return (
    `<rect x="${x}" y="${y}" width="${cell}" height="${cell}" fill="${colourOf(value)}" stroke="#ffffff"/>` +
    `<text x="${x + cell / 2}" y="${y + cell / 2 + 4}" text-anchor="middle" fill="${ink}">${figureOf(value)}</text>`
  );
}
