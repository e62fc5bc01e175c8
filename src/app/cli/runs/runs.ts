import type { Command } from "commander";
import { atomicWrite } from "../../../engine/files/atomicWrite.js";
import { toJsonNumber } from "../../../engine/files/journal/jsonNumber.js";
import { optional, text } from "../../../engine/options.js";
import { removeFields, removeRun, tagRun } from "../../../io/runs/changeRuns.js";
import { compareRuns } from "../../../io/runs/compareRuns.js";
import { exportFields, exportRuns } from "../../../io/runs/exportRuns.js";
import { dirField, listFields, listRuns } from "../../../io/runs/listRuns.js";
import { type RunRecord, readRun } from "../../../io/runs/readRun.js";
import { filesOfRun, foldersOf } from "../../../io/runs/runFolder.js";
import { checkFiles, forceHelp, namedFiles } from "../shell/files.js";
import { FieldFlags } from "../shell/flag.js";
import { grouped, outputOf, printable } from "../shell/output.js";
import { type Register, UsageError } from "../shell/run.js";
import { isStandard } from "../shell/standard.js";
import { formatComparison, formatList, formatRun, ranked } from "./runsReport.js";

const json = (value: unknown): string =>
  `${JSON.stringify(value, (_, one) => (typeof one === "number" ? toJsonNumber(one) : one), 2)}\n`;

const listFlags = new FieldFlags({
  ...listFields,
  figure: optional(
    text(undefined, { help: "the figure to show (default: the most telling one)", unit: "name" }),
  ),
});

async function list(flags: { readonly json?: true }, command: Command): Promise<void> {
  const { figure, ...options } = listFlags.given(flags);
  const { write } = outputOf(command);
  const problems: string[] = [];
  const runs = await listRuns({ ...options, onProblem: (problem) => problems.push(problem) });
  if (flags.json === true) {
    write(json(runs));
    // Beside the JSON, which other programs read.
    for (const problem of problems) command.configureOutput().writeErr?.(`${printable(problem)}\n`);
    return;
  }
  if (runs.length === 0)
    write(
      `There are no ${options.tag ?? options.state ?? ""} runs in ${options.dir ?? dirField.fallback}.\n`.replaceAll(
        "  ",
        " ",
      ),
    );
  else write(formatList(runs, figure));
  for (const problem of problems) write(`${printable(problem)}\n`);
}

const placeFlags = new FieldFlags({ dir: dirField });

interface LookFlags {
  readonly figure?: string;
  readonly json?: true;
}

function addLookFlags(command: Command): Command {
  return placeFlags
    .addTo(command)
    .option("--figure <names>", "whose curves to draw, with commas between (default: the most telling ones)")
    .option("--json", "print JSON");
}

/** How many curves are drawn where nothing is said. */
const drawnCurves = 2;

/** @throws UsageError on a figure that no run has */
function figuresOf(records: readonly RunRecord[], flags: LookFlags): string[] {
  const names = ranked([...new Set(records.flatMap(({ curves }) => Object.keys(curves)))]);
  if (flags.figure === undefined) return names.slice(0, drawnCurves);
  const asked = flags.figure.split(",").map((name) => name.trim());
  const unknown = asked.find((name) => !names.includes(name));
  if (unknown === undefined) return asked;
  throw new UsageError(`--figure: there is no figure "${unknown}". Available are: ${names.join(", ")}.`);
}

async function show(run: string, flags: LookFlags, command: Command): Promise<void> {
  const record = await readRun(run, placeFlags.given(flags));
  const { write, width } = outputOf(command);
  write(
    flags.json === true
      ? json(record)
      : formatRun(record, figuresOf([record], flags), Math.min(100, width())),
  );
}

async function compare(runs: readonly string[], flags: LookFlags, command: Command): Promise<void> {
  if (runs.length < 2) throw new UsageError("compare needs two runs or more.");
  const comparison = await compareRuns(runs, placeFlags.given(flags));
  const { write, width } = outputOf(command);
  if (flags.json === true) return write(json(comparison));
  write(formatComparison(comparison, figuresOf(comparison.runs, flags), Math.min(100, width())));
}

interface TagFlags {
  readonly remove?: readonly string[];
  readonly notes?: string;
  readonly name?: string;
}

async function tag(run: string, add: readonly string[], flags: TagFlags, command: Command): Promise<void> {
  const { remove, notes, name } = flags;
  if (add.length === 0 && remove === undefined && notes === undefined && name === undefined) {
    throw new UsageError("tag needs a tag, --remove, --notes or --name.");
  }
  const { id, tags } = await tagRun(run, { ...placeFlags.given(flags), add, remove, notes, name });
  outputOf(command).write(`${printable(id)}: ${tags.length === 0 ? "no tags" : printable(tags.join(" "))}\n`);
}

const removeFlags = new FieldFlags(removeFields);

async function remove(runs: readonly string[], flags: object, command: Command): Promise<void> {
  for (const run of runs) {
    await removeRun(run, removeFlags.given(flags));
    outputOf(command).write(`Removed ${printable(run)}.\n`);
  }
}

const exportFlags = new FieldFlags(exportFields);

async function write(
  runs: readonly string[],
  flags: { readonly out?: string; readonly force?: true },
  command: Command,
): Promise<void> {
  const { dir = dirField.fallback as string } = exportFlags.given(flags);
  await checkFiles({
    reads: namedFiles({ "[runs...]": foldersOf(dir).flatMap((id) => filesOfRun(dir, id)) }),
    writes: namedFiles({ "--out": flags.out }),
    force: flags.force,
  });
  const all = await exportRuns({ ...exportFlags.given(flags), runs: runs.length === 0 ? undefined : runs });
  if (flags.out === undefined || isStandard(flags.out)) return outputOf(command).write(all);
  await atomicWrite(flags.out, all);
  outputOf(command).write(`Wrote ${flags.out}: ${grouped(Buffer.byteLength(all))} bytes.\n`);
}

const oneRun = "its id, or the beginning of it";
const manyRuns = "their ids, or the beginnings of them";

/** `imago runs`. */
export const register: Register = (runs) => {
  const listing = runs.command("list").description("list recorded runs, the latest first");
  listFlags.addTo(listing).option("--json", "print JSON").action(list);
  const showing = runs.command("show").description("show a run: what was tried, its figures and curves");
  addLookFlags(showing.argument("<run>", oneRun)).action(show);
  const comparing = runs
    .command("compare")
    .description("show in what runs differ, and their curves in one picture");
  addLookFlags(comparing.argument("<runs...>", manyRuns)).action(compare);
  const tagging = runs.command("tag").description("give a run tags, notes or another name");
  placeFlags
    .addTo(tagging.argument("<run>", oneRun).argument("[tags...]", "tags that it gets"))
    .option("--remove <tag>", "a tag that it loses; may come again", (one: string, before: string[] = []) => [
      ...before,
      one,
    ])
    .option("--notes <text>", "what is to be remembered of it")
    .option("--name <name>", "what it is called; its id stays")
    .action(tag);
  const removing = runs.command("rm").description("delete runs, and all that is in their folders");
  removeFlags.addTo(removing.argument("<runs...>", "their ids in full")).action(remove);
  const exporting = runs
    .command("export")
    .description("write runs as a table or as JSON, for other programs");
  exportFlags
    .addTo(exporting.argument("[runs...]", `${manyRuns} (default: all)`))
    .option("--out <file>", "where to write (default: -, standard output)")
    .option("--force", forceHelp)
    .action(write);
};
