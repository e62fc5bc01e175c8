import type { Command } from "commander";
import { atomicWrite } from "../../../engine/files/atomicWrite.js";
import { tableOnnx } from "../../../labs/table/export/tableOnnx.js";
import { loadTableModel } from "../../../labs/table/files/tableFolder.js";
import { checkFiles } from "../shell/files.js";
import { outputOf } from "../shell/output.js";

/** Adds `imago table export`. */
export function addExport(table: Command): void {
  const command = table
    .command("export")
    .description("write one .onnx file with the preparation inside, for any program that runs ONNX")
    .argument("<dir>", "folder of `imago table train`")
    .argument("<file>", "file to write, .onnx")
    .action(async (dir: string, file: string) => {
      await checkFiles({ reads: [], writes: [{ name: "<file>", path: file, isBinary: true }] });
      const model = await loadTableModel(dir);
      const bytes = tableOnnx(model);
      await atomicWrite(file, bytes);
      const inputs = model.columns.map(
        ({ name, kind }) => `${name} (${kind === "category" ? "text" : "float64"})`,
      );
      outputOf(command).write(
        `Saved to ${file}, ${bytes.length} bytes. Inputs, [batch, 1] each: ${inputs.join(", ")}.\n`,
      );
    });
}
