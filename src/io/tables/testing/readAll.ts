import { type OpenTableOptions, openTable } from "../openTable.js";
import type { TableSource } from "../tableSource.js";

/** A table of bytes or a text, under a name that promises nothing. */
export const opened = (content: string | Uint8Array, options?: OpenTableOptions): Promise<TableSource> =>
  openTable({ name: "t", bytes: typeof content === "string" ? Buffer.from(content) : content }, options);

/** All rows of a source, and their lines. */
export async function allRows(table: TableSource): Promise<{ rows: string[][]; lines: number[] }> {
  const [rows, lines]: [string[][], number[]] = [[], []];
  for await (const batch of table.rows()) {
    rows.push(...batch.rows.map((row) => [...row]));
    lines.push(...batch.lines);
  }
  return { rows, lines };
}

/** What opening a table and going over it throws. */
export async function refusal(content: string | Uint8Array, options?: OpenTableOptions): Promise<string> {
  try {
    await allRows(await opened(content, options));
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}
