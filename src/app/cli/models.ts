import type { Command } from "commander";
import { ModelStore, megabytes } from "../models/store.js";
import { colors } from "./colours.js";
import { type Output, outputOf } from "./output.js";
import type { Register } from "./run.js";

async function list(output: Output): Promise<void> {
  const models = await new ModelStore().list();
  const width = Math.max(...models.map(({ model }) => model.name.length));
  for (const { model, present } of models) {
    const mark = present ? colors.green("✓") : " ";
    const size = megabytes(model.bytes).padStart(8);
    output.write(
      `${mark} ${model.name.padEnd(width)}  ${size}  ${model.licence.padEnd(12)}  ${model.description}\n`,
    );
  }
}

/** One line that is drawn over, on a terminal only; the path that goes to standard output stays alone there. */
function progressLine(name: string): (received: number, total: number) => void {
  let shown = -1;
  return (received, total) => {
    const percent = Math.floor((received / total) * 100);
    if (!process.stderr.isTTY || percent === shown) return;
    shown = percent;
    process.stderr.write(`\r${name}: ${percent} % of ${megabytes(total)}${received === total ? "\n" : ""}`);
  };
}

function addActions(models: Command): void {
  models
    .command("list")
    .description("show the models of the catalogue, and which are here")
    .action((_, command: Command) => list(outputOf(command)));
  models
    .command("pull")
    .description("download a model to the cache folder, and print its path")
    .argument("<name>", "as list shows it")
    .option("--offline", "ask no server: fail unless it is here (also IMAGO_OFFLINE=1)")
    .action(async (name: string, flags: { offline?: true }, command: Command) => {
      const { path } = await new ModelStore().pull(name, { onProgress: progressLine(name), ...flags });
      outputOf(command).write(`${path}\n`);
    });
  models
    .command("path")
    .description("print the path of a model that is here")
    .argument("<name>", "as list shows it")
    .action(async (name: string, _, command: Command) => {
      outputOf(command).write(`${(await new ModelStore().path(name)).path}\n`);
    });
  models
    .command("remove")
    .description("delete a model from the cache folder")
    .argument("<name>", "as list shows it")
    .action(async (name: string, _, command: Command) => {
      const removed = await new ModelStore().remove(name);
      outputOf(command).write(removed ? `Removed ${name}.\n` : `${name} was not here.\n`);
    });
}

/** Adds `imago models`. */
export const register: Register = (program) => {
  addActions(
    program.command("models").description("download public ONNX classifiers to dream and style with"),
  );
};
