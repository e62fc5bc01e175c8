/**
 * What reading a table costs above the parser alone: a pass over a file of 20 columns, one of them quoted, by papaparse over a string
 * that is in memory, and by openTable, each in a process of its own, in turn.
 *
 *   npx tsx bench/tables.ts [--rows N] [--rounds N]
 *
 * Prints a line of JSON: median seconds of both, what opening takes of ours, and the peaks of resident memory in MiB.
 */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import Papa from "papaparse";
import { openTable } from "../src/io/tables/openTable.js";

const columns = 20;

interface Measured {
  readonly cells: number;
  readonly seconds: number;
  /** Seconds until the rows can be asked for. */
  readonly opening: number;
  /** MiB, of the whole process. */
  readonly peak: number;
  /** MiB that it had before. */
  readonly before: number;
}

/** Numbers of several lengths, words, and one column in quotation marks. */
function row(index: number): string {
  const cells = Array.from({ length: columns - 3 }, (_, at) => `${((index * (at + 7)) % 99991) / 1000}`);
  return `${index},"word ${index % 97}, and ""more""",class ${index % 5},${cells.join(",")}\n`;
}

async function make(path: string, rows: number): Promise<void> {
  const file = createWriteStream(path);
  file.write(`${Array.from({ length: columns }, (_, at) => `column ${at}`).join(",")}\n`);
  for (let index = 0; index < rows; ) {
    let text = "";
    for (const end = Math.min(rows, index + 10_000); index < end; index++) text += row(index);
    if (!file.write(text)) await once(file, "drain");
  }
  await finished(file.end());
}

const timed = (begin: number): number => Number(((performance.now() - begin) / 1000).toFixed(3));
const peak = (): number => Math.round(process.resourceUsage().maxRSS / 1024);

function parserAlone(path: string): Measured {
  const before = peak();
  const text = readFileSync(path, "latin1");
  const begin = performance.now();
  let cells = 0;
  const config = {
    delimiter: ",",
    newline: "\n",
    chunkSize: 2 ** 20,
    skipEmptyLines: true,
    chunk: ({ data }: Papa.ParseResult<string[]>) => {
      for (const one of data) cells += one.length;
    },
  } as const;
  Papa.parse<string[]>(text, config);
  return { cells, seconds: timed(begin), opening: 0, peak: peak(), before };
}

async function ours(path: string): Promise<Measured> {
  const before = peak();
  const begin = performance.now();
  const table = await openTable(path);
  const opening = timed(begin);
  let cells = table.columns.length;
  for await (const { rows } of table.rows()) {
    for (const one of rows) cells += one.length;
  }
  return { cells, seconds: timed(begin), opening, peak: peak(), before };
}

function apart(what: string, path: string): Measured {
  const args = [...process.execArgv, fileURLToPath(import.meta.url), "--only", what, "--path", path];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Measured;
}

function summary(all: readonly Measured[]): Omit<Measured, "cells"> {
  const median = (of: (one: Measured) => number): number =>
    all.map(of).sort((a, b) => a - b)[all.length >> 1] as number;
  return {
    seconds: median((one) => one.seconds),
    opening: median((one) => one.opening),
    peak: median((one) => one.peak),
    before: median((one) => one.before),
  };
}

async function compare(rows: number, rounds: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "imago-tables-"));
  try {
    const path = join(folder, "table.csv");
    await make(path, rows);
    const measured = { papaparse: [] as Measured[], openTable: [] as Measured[] };
    for (let round = 0; round < rounds; round++) {
      for (const what of ["papaparse", "openTable"] as const) measured[what].push(apart(what, path));
    }
    const counts = new Set(Object.values(measured).flatMap((all) => all.map(({ cells }) => cells)));
    if (counts.size !== 1) throw new Error(`the counts of cells differ: ${[...counts].join(", ")}`);
    const [alone, own] = [summary(measured.papaparse), summary(measured.openTable)];
    const ratio = Number((own.seconds / alone.seconds).toFixed(2));
    const megabytes = Math.round(statSync(path).size / 1e6);
    console.log(JSON.stringify({ rows, columns, megabytes, papaparse: alone, openTable: own, ratio }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "1000000" },
    rounds: { type: "string", default: "3" },
    only: { type: "string" },
    path: { type: "string", default: "" },
  },
});
if (values.only === "papaparse") console.log(JSON.stringify(parserAlone(values.path)));
else if (values.only === "openTable") console.log(JSON.stringify(await ours(values.path)));
else await compare(Number(values.rows), Number(values.rounds));
