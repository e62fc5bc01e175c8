import { readFileSync } from "node:fs";

/** The cases of `goldens/<file>.json`. */
export function goldenCases<C>(file: string): C[] {
  const path = new URL(`../../../goldens/${file}.json`, import.meta.url);
  return (JSON.parse(readFileSync(path, "utf8")) as { cases: C[] }).cases;
}
