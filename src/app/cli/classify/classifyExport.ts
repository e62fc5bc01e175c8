import { readdir } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import type { Command } from "commander";
import { atomicWrite } from "../../../engine/files/atomicWrite.js";
import { exportClassifier, exportClassifierFields } from "../../../labs/classify/exportClassifier.js";
import { checkFiles, forceHelp } from "../shell/files.js";
import { FieldFlags } from "../shell/flag.js";
import { outputOf } from "../shell/output.js";
import { isStandard, writeStandardOutput } from "../shell/standard.js";
import { openPictureClassifier } from "../vision/pictureClassifier.js";

const exportFlags = new FieldFlags(exportClassifierFields);

interface ExportFlags {
  readonly out?: string;
  readonly force?: true;
}

/** Adds `imago classify export`. */
export function addExport(classify: Command): void {
  const command = classify
    .command("export")
    .description("write a classifier as one .onnx file, with its classes and how it wants its pictures")
    .argument("<dir>", "a folder of `imago classify train`")
    .option("--out <file>", "file to write, - for standard output (default: the folder's name, and .onnx)");
  exportFlags.addTo(command).option("--force", forceHelp);
  command.action((dir: string, flags: ExportFlags) => run(dir, flags, command));
}

/** What a classifier is read from: the files of its folder, or the one file that it is. */
async function filesIn(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return [dir];
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function run(dir: string, flags: ExportFlags, command: Command): Promise<void> {
  const out = flags.out ?? `${basename(resolve(dir))}.onnx`;
  const output = outputOf(command, isStandard(out));
  await checkFiles({
    reads: (await filesIn(dir)).map((path) => ({ name: "<dir>", path })),
    writes: [{ name: "--out", path: out, isBinary: true }],
    force: flags.force,
  });
  const { classifier, notice } = await openPictureClassifier(dir, "<dir>");
  try {
    if (notice !== undefined) output.write(`${notice}\n`);
    const bytes = exportClassifier(classifier, exportFlags.read(flags));
    if (isStandard(out)) await writeStandardOutput(bytes);
    else await atomicWrite(out, bytes);
    const [height, width] = classifier.record.size;
    output.write(
      `Saved to ${isStandard(out) ? "standard output" : out}: input pixels [batch, ${height}, ${width}, 3] from 0 to 255, output classes [batch, ${classifier.classes.length}].\n`,
    );
  } finally {
    await classifier.dispose();
  }
}
