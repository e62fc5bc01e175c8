import type { Curve } from "../../../io/runs/index.js";

/** A curve and the letter it is drawn with. */
export interface Series extends Curve {
  readonly mark: string;
}

export interface PlotSize {
  /** Columns and lines of the whole. */
  readonly width: number;
  readonly height: number;
}

interface Frame {
  readonly columns: number;
  readonly rows: number;
  readonly from: number;
  readonly to: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Curves over their steps, drawn with letters.
 *
 * @returns lines, each ended; none where no value is finite
 */
export function plot(series: readonly Series[], { width, height }: PlotSize): string {
  const finite = series.map(finiteOf).filter(({ steps }) => steps.length > 0);
  if (finite.length === 0) return "";
  const [from, to] = range(finite.flatMap(({ steps }) => steps));
  const [low, high] = range(finite.flatMap(({ values }) => values));
  const labels = [high, low].map(shortNumber);
  const margin = Math.max(...labels.map((label) => label.length));
  const frame = { columns: Math.max(10, width - margin - 3), rows: Math.max(2, height), from, to, low, high };
  const grid = Array.from({ length: frame.rows }, () => Array<string>(frame.columns).fill(" "));
  for (const one of finite) draw(grid, one, frame);
  const lines = grid.map((row, index) => {
    const label = index === 0 ? labels[0] : index === frame.rows - 1 ? labels[1] : undefined;
    return `${(label ?? "").padStart(margin)} ${label === undefined ? "│" : "┤"}${row.join("").trimEnd()}`;
  });
  const steps = `${" ".repeat(margin)} └ step ${from} to ${to}`;
  return [...lines, steps].map((line) => `${line}\n`).join("");
}

function finiteOf({ steps, values, mark }: Series): Series {
  const kept = values.flatMap((value, index) => (Number.isFinite(value) ? [index] : []));
  return {
    mark,
    steps: kept.map((at) => steps[at] as number),
    values: kept.map((at) => values[at] as number),
  };
}

/** A loop: spreading many values into a call overflows the stack. */
function range(values: readonly number[]): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

/** Draws from point to point, so that a steep curve has no holes. */
function draw(grid: string[][], { steps, values, mark }: Series, frame: Frame): void {
  const place = (index: number): [number, number] => [
    scaled(steps[index] as number, frame.from, frame.to, frame.columns - 1),
    frame.rows - 1 - scaled(values[index] as number, frame.low, frame.high, frame.rows - 1),
  ];
  let [x, y] = place(0);
  for (let index = 0; index < steps.length; index++) {
    const [nextX, nextY] = place(index);
    const length = Math.max(nextX - x, Math.abs(nextY - y), 1);
    for (let part = 0; part <= length; part++) {
      const row = grid[Math.round(y + ((nextY - y) * part) / length)];
      if (row !== undefined) row[Math.round(x + ((nextX - x) * part) / length)] = mark;
    }
    [x, y] = [nextX, nextY];
  }
}

function scaled(value: number, low: number, high: number, size: number): number {
  // In halves, since the difference of large numbers overflows.
  const part = high === low ? 0.5 : (value / 2 - low / 2) / (high / 2 - low / 2);
  return Math.round(part * size);
}

/** A number in few digits: `0.0123`, `1.2e-7`, `12345`. */
export function shortNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e9) return String(value);
  const short = Number(value.toPrecision(4));
  // Of itself, a number has all its zeros up to 1e21.
  return Math.abs(short) < 1e9 ? String(short) : short.toExponential();
}
