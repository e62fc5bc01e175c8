import { numberScale, type Scale, shortened } from "../../../../methods/pages/scales.js";
import { safe } from "./parts.js";

/** The size for which pictures are drawn: a phone's; on wider pages they stand beside each other. */
const width = 350;
const [top, right, bottom] = [12, 14, 42];
const em = 6.4;

/** A place on both scales, each from 0 to 1, the y-axis upwards. */
export type Place = readonly [x: number, y: number];

export interface Axis {
  readonly scale: Scale;
  readonly label: string;
}

export interface Plot {
  /** What it shows, for those who do not see it. */
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  /** Pixels. Default: 240. */
  readonly height?: number | undefined;
  /** What stands in it, from the back. */
  readonly marks: readonly ((at: At) => string)[];
}

/** Of numbers, with as many ticks as such a picture has room for. */
export const plotScale = (low: number, high: number): Scale => numberScale(low, high, false, 6);

/** Where something is in pixels. */
export interface At {
  x(share: number): number;
  y(share: number): number;
}

const round = (pixels: number): string => pixels.toFixed(1);

/** A picture as SVG in the page's colours. Texts of the plot are escaped here, those of marks by them. */
export function plotSvg({ title, x, y, height = 240, marks }: Plot): string {
  const ticksLength = Math.max(...y.scale.ticks.map(({ text }) => Math.min(14, text.length)), 1);
  const left = 28 + em * ticksLength;
  const at: At = {
    x: (share) => left + share * (width - left - right),
    y: (share) => height - bottom - share * (height - top - bottom),
  };
  const rows = y.scale.ticks.map(
    (tick) =>
      `<line class="grid" x1="${round(left)}" x2="${width - right}" y1="${round(at.y(tick.at))}" y2="${round(at.y(tick.at))}"/>` +
      `<text class="tick" x="${round(left - 6)}" y="${round(at.y(tick.at) + 4)}" text-anchor="end">${safe(shortened(tick.text, 14))}</text>`,
  );
  const columns = x.scale.ticks.map((tick) => {
    // Long ones would be cut off by the picture's end.
    const isLast = tick.text.length > 4 && at.x(tick.at) > width - right - 24;
    const anchor = isLast ? "end" : "middle";
    const shift = isLast ? Math.min(12, width - right - at.x(tick.at) + 10) : 0;
    return `<text class="tick" x="${round(at.x(tick.at) + shift)}" y="${height - bottom + 16}" text-anchor="${anchor}">${safe(shortened(tick.text, 16))}</text>`;
  });
  const middle = (height - bottom + top) / 2;
  return `<svg class="plot" viewBox="0 0 ${width} ${height}" role="img" aria-label="${safe(title)}">
${rows.join("")}${columns.join("")}
<line class="axis" x1="${round(left)}" x2="${width - right}" y1="${height - bottom}" y2="${height - bottom}"/>
<text class="label" x="${round((left + width - right) / 2)}" y="${height - 6}" text-anchor="middle">${safe(shortened(x.label, 44))}</text>
<text class="label" transform="translate(12 ${round(middle)}) rotate(-90)" text-anchor="middle">${safe(shortened(y.label, 30))}</text>
${marks.map((mark) => mark(at)).join("\n")}
</svg>`;
}

/** Straight lines through places. `kind` names a rule of the page's style. */
export const line =
  (places: readonly Place[], kind: string) =>
  (at: At): string =>
    `<polyline class="${kind}" points="${places.map(([x, y]) => `${round(at.x(x))},${round(at.y(y))}`).join(" ")}"/>`;

/** A dot, with a text where it is pointed at. */
export const dot =
  ([x, y]: Place, kind: string, radius: number, tip?: string) =>
  (at: At): string =>
    `<circle class="${kind}" cx="${round(at.x(x))}" cy="${round(at.y(y))}" r="${radius}">${tip === undefined ? "" : `<title>${safe(tip)}</title>`}</circle>`;

/** A box between two places. */
export const box =
  ([x1, y1]: Place, [x2, y2]: Place, kind: string) =>
  (at: At): string =>
    `<rect class="${kind}" x="${round(at.x(x1))}" y="${round(at.y(y2))}" width="${round(at.x(x2) - at.x(x1))}" height="${round(at.y(y1) - at.y(y2))}"/>`;

/** Short strokes up from the x-axis. */
export const rug =
  (places: readonly number[]) =>
  (at: At): string =>
    `<path class="rug" d="${places.map((x) => `M${round(at.x(x))} ${round(at.y(0))}v-5`).join("")}"/>`;

/** A picture with its name. */
export function figureOf(title: string, svg: string, note = ""): string {
  return `<figure><h3>${title}</h3>${svg}${note === "" ? "" : `<figcaption class="soft">${note}</figcaption>`}</figure>`;
}
