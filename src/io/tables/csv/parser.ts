import type Papa from "papaparse";

export type Parser = typeof Papa;

/** The library that splits text into cells. It is loaded where it is first used, as all libraries are. */
export async function loadParser(): Promise<Parser> {
  return (await import("papaparse")).default;
}
