/** Where a program's lines go. */
export type Print = (line: string) => void;

export const percent = (part: number): string => `${(100 * part).toFixed(1)} %`;

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, one) => sum + one, 0) / values.length;

/** The middle of the values; of an even number the upper one of the two. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** How much a mean of so many values may be off: its standard error, or nothing where there is one value. */
export function spread(values: readonly number[]): number | undefined {
  if (values.length < 2) return undefined;
  const centre = mean(values);
  return Math.sqrt(mean(values.map((one) => (one - centre) ** 2)) / (values.length - 1));
}

/** A mean over seeds as a percentage, with its standard error where there are several. */
export function meanPercent(values: readonly number[]): string {
  const error = spread(values);
  return error === undefined
    ? percent(mean(values))
    : `${(100 * mean(values)).toFixed(1)} ± ${(100 * error).toFixed(1)} %`;
}

/** The loss of each epoch in one line; of more than twelve epochs, every so many. */
export function printLosses(name: string, losses: readonly number[], print: Print): void {
  const every = Math.ceil(losses.length / 12);
  const shown = losses.filter((_, epoch) => (losses.length - 1 - epoch) % every === 0);
  const which = every === 1 ? "loss by epoch" : `loss after every ${every} epochs`;
  print(`${name}: ${which} ${shown.map((loss) => loss.toFixed(3)).join(" ")}`);
}

/** Rows of texts in columns: the first to the left, the others to the right. */
export function printTable(rows: readonly (readonly string[])[], print: Print): void {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  for (const row of rows) {
    const cells = widths.map((width, column) => {
      const text = row[column] ?? "";
      return column === 0 ? text.padEnd(width) : text.padStart(width);
    });
    print(cells.join("   ").trimEnd());
  }
}

/** How many seeds the command line asks for, as its only argument. */
export function seedsGiven(usual: number): number {
  const [, , given] = process.argv;
  if (given === undefined) return usual;
  if (/^[1-9]\d{0,3}$/.test(given)) return Number(given);
  throw new Error(`SEEDS is a whole number from 1 to 9999, received "${given}"`);
}
