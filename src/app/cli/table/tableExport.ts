import type { Command } from "commander";
import { atomicWrite } from "../../../engine/files/atomicWrite.js";
import { loadTableModel } from "../../../labs/table/files/tableFolder.js";
import type { TableColumn } from "../../../labs/table/table.js";
import { checkFiles } from "../shell/files.js";
import { outputOf } from "../shell/output.js";
import { modelBytes } from "./pictureFeatures.js";

/** What an input of each kind holds. */
const elementsOf: Readonly<Record<TableColumn["kind"], string>> = {
  number: "float64",
  date: "float64",
  category: "text",
  text: "text",
  picture: "pixels",
};

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
      const bytes = await modelBytes(model);
      await atomicWrite(file, bytes);
      const inputs = model.columns.map(({ name, kind }) => `${name} (${elementsOf[kind]})`);
      outputOf(command).write(
        `Saved to ${file}, ${bytes.length} bytes. Inputs, [batch, 1] each, pixels [batch, height, width, 3]: ${inputs.join(", ")}.\n`,
      );
    });
}
