import type { Command } from "commander";
import { isSha256 } from "../../../io/models/digests.js";
import { isAddress, nameFromAddress } from "../../../io/models/modelName.js";
import { ModelStore, megabytes, type StoredModel } from "../../../io/models/store.js";
import { colors } from "../shell/colours.js";
import { type Output, outputOf } from "../shell/output.js";
import { type Register, UsageError } from "../shell/run.js";

async function list(output: Output): Promise<void> {
  const models = await new ModelStore().list();
  const width = Math.max(...models.map(({ model }) => model.name.length));
  const isPulled = ({ model }: StoredModel): boolean => "pulled" in model;
  const lines = (group: readonly StoredModel[]): string[] => group.map((stored) => line(stored, width));
  output.write(lines(models.filter((stored) => !isPulled(stored))).join(""));
  const pulled = models.filter(isPulled);
  if (pulled.length > 0) output.write(["\nPulled by address:\n", ...lines(pulled)].join(""));
}

function line({ model, present }: StoredModel, width: number): string {
  const mark = present ? colors.green("✓") : " ";
  const size = megabytes(model.bytes).padStart(8);
  const about = "pulled" in model ? model.address : `${model.licence.padEnd(12)}  ${model.description}`;
  return `${mark} ${model.name.padEnd(width)}  ${size}  ${about}\n`;
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

interface PullFlags {
  readonly name?: string;
  readonly sha256?: string;
  readonly offline?: true;
}

async function pull(model: string, flags: PullFlags, command: Command): Promise<void> {
  const { name, sha256, offline } = flags;
  const store = new ModelStore();
  if (isAddress(model)) {
    if (sha256 !== undefined && !isSha256(sha256.toLowerCase())) {
      throw new UsageError(`--sha256 must be 64 hexadecimal digits, received "${sha256}".`);
    }
    const onProgress = progressLine(name ?? nameFromAddress(model));
    const { path } = await store.pullFrom(model, { name, sha256, offline, onProgress });
    outputOf(command).write(`${path}\n`);
    return;
  }
  if (name !== undefined || sha256 !== undefined) {
    const flag = name === undefined ? "--sha256" : "--name";
    throw new UsageError(`${flag} is for addresses, which begin with https://; received "${model}".`);
  }
  const { path } = await store.pull(model, { offline, onProgress: progressLine(model) });
  outputOf(command).write(`${path}\n`);
}

function addActions(models: Command): void {
  models
    .command("list")
    .description("show the models of the catalogue and those pulled by address, and which are here")
    .action((_, command: Command) => list(outputOf(command)));
  models
    .command("pull")
    .description("download a model to the cache folder, and print its path")
    .argument(
      "<name|address>",
      "as list shows it, or the https address of an .onnx file, as Hugging Face has them",
    )
    .option("--name <name>", "what to call a model pulled by address (default: its file's name)")
    .option(
      "--sha256 <hex>",
      "the digest that a file pulled by address must have (default: what the hub states)",
    )
    .option("--offline", "ask no server: fail unless it is here (also IMAGO_OFFLINE=1)")
    .action(pull);
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
