import { readFileSync } from "node:fs";

/** The version of the package. Runners are started in the folder of the benchmarks. */
export const version: string = JSON.parse(readFileSync("../package.json", "utf8")).version;
