import { number, oneOf, optional, seed } from "../../../engine/options.js";
import { openTable, openTableFields } from "../../../io/tables/openTable.js";
import type { TableSource } from "../../../io/tables/tableSource.js";
import { type ColumnKind, columnKinds } from "../../../labs/table/columns/decide/plan.js";
import { planFields } from "../../../labs/table/planTable.js";
import { tableMetrics } from "../../../labs/table/training/options.js";
import { blaming } from "../shell/blaming.js";
import { FieldFlags, flagValue } from "../shell/flag.js";
import { UsageError } from "../shell/run.js";
import { isStandard, readStandardInput } from "../shell/standard.js";

/** How a file is written; every command that reads a table has these. */
export const fileFlags = new FieldFlags(openTableFields, {
  separator: { help: 'what stands between cells, "tab" for a tab (default: found)' },
  encoding: { help: "windows-1252, utf-16le … (default: found)" },
});

/** What the columns are. */
export const planFlags = new FieldFlags(planFields, { target: { mandatory: true }, weight: "--weights" });

const trainFields = {
  minutes: number({ default: 5, above: 0, max: 100_000, help: "that all of it may take" }),
  metric: optional(oneOf(tableMetrics, undefined, { help: "what the weights make small" })),
  mostRows: number({
    default: 200_000,
    min: 10,
    integer: true,
    max: 1e9,
    help: "rows that are learnt from and judged by; of more so many are drawn",
  }),
  seed: seed("the same seed gives the same folds, fits and weights"),
  workers: optional(
    number({ min: 0, max: 1024, integer: true, help: "processes that fit (default: one for each core)" }),
  ),
};
export const trainFlags = new FieldFlags(trainFields);

const kindField = oneOf(columnKinds);

/** `--as zip=category`, as often as wanted. */
export function kindsOf(given: readonly string[]): Readonly<Record<string, ColumnKind>> {
  return Object.fromEntries(
    given.map((text) => {
      const at = text.lastIndexOf("=");
      if (at < 1) throw new UsageError(`--as must be COLUMN=KIND, received "${text}".`);
      return [text.slice(0, at), flagValue("--as", text.slice(at + 1), kindField)];
    }),
  );
}

/** Opens the table that an argument names, `-` for standard input. */
export async function openNamed(
  place: string,
  argument: string,
  flags: object,
  signal?: AbortSignal,
): Promise<TableSource> {
  const options = { ...fileFlags.given(flags), signal };
  if (!isStandard(place)) return blaming(argument, () => openTable(place, options));
  const bytes = await readStandardInput();
  return openTable({ name: "standard input", bytes }, options);
}

/** Names of columns with commas between them, each of which is one of the file's: a name may hold a comma itself. */
export function namesIn(given: readonly string[], columns: readonly string[]): string[] {
  return given.flatMap((text) =>
    columns.includes(text) ? [text] : text.split(",").map((name) => name.trim()),
  );
}
