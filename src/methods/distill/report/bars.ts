/** One bar of a picture. */
export interface Bar {
  readonly label: string;
  /** From 0 to the picture's largest. */
  readonly value: number;
}

export interface BarPicture {
  readonly title: string;
  readonly bars: readonly Bar[];
  /** The value at the top, where a line is drawn. */
  readonly largest: number;
  /** What that line is: `log 10`. */
  readonly largestLabel: string;
}

const [barWidth, gap, height, top, bottom, side] = [44, 16, 140, 44, 28, 16];
const fontSize = 11;

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const label = (x: number, y: number, text: string, more = 'text-anchor="middle"'): string =>
  `<text x="${x}" y="${y}" ${more}>${escaped(text)}</text>`;

/** Above a bar, or, where the line at the top would cross it, inside. */
function valueLabel(x: number, y: number, value: number): string {
  const isInside = y - top < 2 * fontSize;
  const more = `text-anchor="middle"${isInside ? ' fill="#ffffff"' : ""}`;
  return label(x, isInside ? y + fontSize + 4 : y - 4, value.toFixed(3), more);
}

/** Bars beside each other as an SVG, each with its value above. */
export function barPicture({ title, bars, largest, largestLabel }: BarPicture): string {
  const width = Math.max(260, 2 * side + bars.length * (barWidth + gap) - gap);
  const drawn = bars.flatMap(({ label: name, value }, index) => {
    const tall = Number(((height * Math.min(value, largest)) / largest).toFixed(2));
    const x = side + index * (barWidth + gap);
    const y = top + height - tall;
    return [
      `<rect x="${x}" y="${y}" width="${barWidth}" height="${tall}" fill="#4477aa"/>`,
      valueLabel(x + barWidth / 2, y, value),
      label(x + barWidth / 2, top + height + 16, name),
    ];
  });
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${top + height + bottom}" ` +
      `font-family="sans-serif" font-size="${fontSize}" fill="#222222">`,
    '<rect width="100%" height="100%" fill="#ffffff"/>',
    label(side, 16, title, 'text-anchor="start"'),
    `<line x1="${side}" y1="${top}" x2="${width - side}" y2="${top}" stroke="#999999" stroke-dasharray="3 3"/>`,
    label(width - side, top - 16, largestLabel, 'text-anchor="end"'),
    ...drawn,
    "</svg>",
  ];
  return `${lines.join("\n")}\n`;
}
