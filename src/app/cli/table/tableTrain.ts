import { access, readdir, rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename, extname, join } from "node:path";
import type { Command } from "commander";
import { ImagoError } from "../../../engine/errors.js";
import { atomicWrite } from "../../../engine/files/atomicWrite.js";
import { holdFolder } from "../../../engine/files/lock/holdFolder.js";
import { makeFolder } from "../../../engine/files/makeFolder.js";
import { ownPackage } from "../../../io/packageFolder.js";
import type { TableSource } from "../../../io/tables/tableSource.js";
import { matrixWidth } from "../../../labs/table/columnSpans.js";
import { readingNotices } from "../../../labs/table/columns/build/readingNotices.js";
import { type ReadTable, readTable } from "../../../labs/table/columns/build/tableBuilder.js";
import { arePictures, type PictureReader } from "../../../labs/table/columns/decide/pictures.js";
import type { ColumnKind } from "../../../labs/table/columns/decide/plan.js";
import { collectFacts } from "../../../labs/table/columns/facts/collectFacts.js";
import type { ColumnFacts } from "../../../labs/table/columns/facts/columnFacts.js";
import { fitFiles, trainingDigest } from "../../../labs/table/files/fitFiles.js";
import { modelName, saveTableModel } from "../../../labs/table/files/tableFolder.js";
import { type LearntTable, learnTable } from "../../../labs/table/learnTable.js";
import { planTable, type TablePlan } from "../../../labs/table/planTable.js";
import { reportPage } from "../../../labs/table/report/html/reportPage.js";
import { reportText } from "../../../labs/table/report/reportText.js";
import { trainingBytes } from "../../../labs/table/sampledRows.js";
import { again } from "../shell/again.js";
import { Interruption, interrupted } from "../shell/interruption.js";
import { MovingLine } from "../shell/movingLine.js";
import { lineWidth, type Output, outputOf, shellWord, wrapped } from "../shell/output.js";
import { programName } from "../shell/programName.js";
import { QuietFailure, UsageError } from "../shell/run.js";
import { modelBytes, PictureNetwork, pictureCells } from "./pictureFeatures.js";
import { fileFlags, kindsOf, namesIn, openNamed, planFlags, trainFlags } from "./tableFlags.js";
import { columnLines } from "./tableText.js";

interface TrainFlags {
  readonly out?: string;
  readonly exclude: readonly string[];
  readonly as: readonly string[];
  readonly learner: readonly string[];
  readonly resume?: true;
  readonly distill?: true;
}

/** Adds `imago table train`. */
export function addTrain(table: Command): void {
  const command = table
    .command("train")
    .description("learn a column of a table from the others: an honest ensemble, in one file")
    .argument("<file>", "CSV or JSON Lines; - for standard input");
  planFlags.addTo(command);
  trainFlags.addTo(command);
  fileFlags
    .addTo(command)
    .option("--exclude <columns>", "columns to leave out, with commas between; again for more", again, [])
    .option(
      "--as <column=kind>",
      "what a column is: number, category, date, text or picture; again for more",
      again,
      [],
    )
    .option("--learner <name>", "learn by these alone, as the report names them; again for more", again, [])
    .option("--out <dir>", "folder for what is learnt (default: the file's name, and -model)")
    .option(
      "--distill",
      "teach a small network what all of it says, for where the whole is too large or too slow",
    )
    .option("--resume", "go on with the fits that an interrupted training left")
    .action((file: string, flags: TrainFlags) => train(file, flags, command));
}

interface Run {
  readonly file: string;
  readonly flags: TrainFlags;
  readonly out: string;
  readonly output: Output;
  readonly signal: AbortSignal;
  /** By `performance.now()`. */
  readonly began: number;
}

async function train(file: string, flags: TrainFlags, command: Command): Promise<void> {
  const began = performance.now();
  const output = outputOf(command);
  const { group, time } = planFlags.given(flags);
  if (group !== undefined && time !== undefined) {
    throw new UsageError(
      "--group: rows in time are divided by their order, so that groups cannot stay together. Leave out --group or --time.",
    );
  }
  const out = flags.out ?? `${basename(file, extname(file)).replace(/^-$/, "table")}-model`;
  await checkPlace(out, flags.resume === true);
  const interruption = new Interruption();
  const lock = await holdFolder(out);
  try {
    await trainIn({ file, flags, out, output, signal: interruption.signal, began });
  } catch (error) {
    if (!interruption.came || error !== interruption.signal.reason) throw error;
    output.write(`Interrupted; finished fits are kept. Go on with the same command and --resume.\n`);
    throw new QuietFailure(interrupted);
  } finally {
    lock.release();
    interruption.close();
  }
}

/** @throws UsageError where another training has left something that this one would write over */
async function checkPlace(out: string, resume: boolean): Promise<void> {
  const has = (name: string): Promise<boolean> =>
    access(join(out, name)).then(
      () => true,
      () => false,
    );
  if (await has(modelName)) {
    throw new UsageError(`--out: ${out} holds what was learnt already. Name another folder, or remove it.`);
  }
  const fits = await readdir(join(out, fitsName)).catch(() => []);
  if (!resume && fits.length > 0) {
    throw new UsageError(
      `--out: ${out} holds finished fits of a training that was interrupted. Go on with them by --resume, or name another folder.`,
    );
  }
}

/** The folder of finished fits, which is gone once all is learnt. */
const fitsName = "fits";

async function trainIn(run: Run): Promise<void> {
  const { file, flags, out, output, signal } = run;
  const source = await openNamed(file, "<file>", flags, signal);
  say(output, source.notices);
  const { plan, rows } = await planned(source, flags, signal);
  output.write(`${columnLines(plan, lineWidth(output))}\n${memoryText(plan, rows, flags)}`);
  const pictures = await pictureCells(source, plan.schema.columns, file, signal);
  const read = await readTable(plan.schema, source.columns, source.rows({ signal }), { rows, pictures });
  const notices = [...source.problems(), ...readingNotices(read)];
  say(output, notices);
  const learnt = await learn(run, source, plan, read, notices);
  const sizes = await writeAll(out, learnt);
  await rm(join(out, fitsName), { recursive: true, force: true });
  output.write(`${reportText(learnt.report)}\n`);
  const word = shellWord(out);
  output.write(
    `Saved to ${out}: report.html to read, model.onnx for any program, model.json for Imago.\n${sizes}` +
      `Predict by it: ${programName()} table predict ${word} FILE\n`,
  );
}

/** What the columns are, and how many rows there are. */
async function planned(
  source: TableSource,
  flags: TrainFlags,
  signal: AbortSignal,
): Promise<{ readonly plan: TablePlan; readonly rows: number }> {
  const facts = await collectFacts(source.columns, source.rows({ signal }));
  const given = planFlags.given(flags);
  const as = kindsOf(flags.as);
  const pictures = await pictureReaderFor(facts, as);
  const exclude = namesIn(flags.exclude, source.columns);
  const plan = ofFlags(() =>
    planTable(facts, { ...given, as, pictures, exclude, target: given.target as string }),
  );
  return { plan, rows: facts[0]?.rows ?? 0 };
}

/** What training will take of the memory, where that is worth a word. */
function memoryText({ schema }: TablePlan, rows: number, flags: TrainFlags): string {
  const { mostRows, workers = availableParallelism() } = trainFlags.read(flags);
  const bytes = trainingBytes(Math.min(rows, mostRows), matrixWidth(schema.columns), workers);
  return bytes < 2 ** 28
    ? ""
    : `Training takes some ${(bytes / 2 ** 30).toFixed(1)} GiB of memory at most.\n`;
}

/** What the library says of an option is said of its flag. */
function ofFlags<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof ImagoError)) throw cause;
    const option = /^(?:planTable: )?(as|exclude|target|task|weight|group|time|decimal|dates)(?=[:. ])/.exec(
      cause.message,
    );
    if (option === null) throw cause;
    const flag = option[1] === "weight" ? "weights" : option[1];
    throw new ImagoError(`--${flag}${cause.message.slice(option[0].length)}`, { cause });
  }
}

/** What finds features in pictures, where a column names some. */
async function pictureReaderFor(
  facts: readonly ColumnFacts[],
  as: Readonly<Record<string, ColumnKind>>,
): Promise<PictureReader | undefined> {
  if (!facts.some(arePictures) && !Object.values(as).includes("picture")) return undefined;
  const network = await PictureNetwork.open();
  await network.dispose();
  return network.reader;
}

async function learn(
  { flags, out, output, signal, began }: Run,
  source: TableSource,
  plan: TablePlan,
  read: ReadTable,
  notices: readonly string[],
): Promise<LearntTable> {
  const { minutes, metric, seed, mostRows, workers } = trainFlags.read(flags);
  const line = new MovingLine(output);
  try {
    return await learnTable({
      ...{ name: basename(source.name), plan, read, notices, metric, seed, workers, signal },
      learners: flags.learner.length === 0 ? undefined : flags.learner,
      ...{ time: minutes * 60_000, began },
      date: new Date().toISOString().slice(0, 10),
      versions: { Imago: ownPackage()?.version ?? "unknown", Node: process.versions.node },
      ...{ distill: flags.distill, mostRows, memory: memoryPart * process.availableMemory() },
      openStore: (training) => fitFiles(join(out, fitsName), trainingDigest(training)),
      // What was said when it was read is in the report again.
      onWarnings: (warnings) =>
        say(
          output,
          warnings.filter((one) => !notices.includes(one)),
        ),
      onFit: ({ name, done, total }) => line.draw(`Fit ${done} of about ${total}: ${name}`, false),
    });
  } finally {
    line.close();
  }
}

/** Part of the free memory that training may take. */
const memoryPart = 0.6;

/** @returns what there is to say of the distilled network, a line or nothing */
async function writeAll(out: string, { model, report, distilled }: LearntTable): Promise<string> {
  const whole = await modelBytes(model);
  let said = "";
  if (distilled !== undefined) {
    const place = join(out, smallName);
    const small = await modelBytes(distilled.model);
    await makeFolder(place);
    await saveTableModel(distilled.model, place);
    await atomicWrite(join(place, "model.onnx"), small);
    said = `The distilled network is in ${place}: ${megabytes(small)} in the place of ${megabytes(whole)}.\n`;
  }
  await atomicWrite(join(out, "model.onnx"), whole);
  await atomicWrite(join(out, "report.json"), `${JSON.stringify(report, null, 1)}\n`);
  await atomicWrite(join(out, "report.html"), reportPage(report));
  await saveTableModel(model, out);
  return said;
}

/** The folder of the distilled network, within that of the whole. */
const smallName = "small";

const megabytes = ({ length }: Uint8Array): string => `${(length / 1e6).toPrecision(2)} MB`;

function say(output: Output, lines: readonly string[]): void {
  for (const text of lines) output.write(`${wrapped(`- ${text}`, lineWidth(output), "  ")}\n`);
}
