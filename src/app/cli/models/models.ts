import type { Command } from "commander";
import { isAddress, nameFromAddress } from "../../../io/models/modelName.js";
import { ModelStore, megabytes, type StoredModel } from "../../../io/models/store.js";
import { pullFromFields } from "../../../io/models/storeOptions.js";
import { colors } from "../shell/colours.js";
import { FieldFlags } from "../shell/flag.js";
import { Interruption, interrupted } from "../shell/interruption.js";
import { type Output, outputOf } from "../shell/output.js";
import { QuietFailure, type Register, UsageError } from "../shell/run.js";

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

const pullFlags = new FieldFlags(pullFromFields, { tries: false, pause: false });

interface PullFlags {
  readonly name?: string;
  readonly sha256?: string;
}

async function pull(model: string, flags: PullFlags, command: Command): Promise<void> {
  const interruption = new Interruption();
  const { signal } = interruption;
  try {
    outputOf(command).write(`${await pulled(model, flags, signal)}\n`);
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error;
    // Beside standard output, where the path alone goes.
    const what = "Interrupted; what has come is kept, and the same command goes on with it.";
    command.configureOutput().writeErr?.(`${what}\n`);
    throw new QuietFailure(interrupted);
  } finally {
    interruption.close();
  }
}

/** @returns the model's path */
async function pulled(model: string, flags: PullFlags, signal: AbortSignal): Promise<string> {
  const store = new ModelStore();
  if (isAddress(model)) {
    const options = pullFlags.given(flags);
    const onProgress = progressLine(options.name ?? nameFromAddress(model));
    return (await store.pullFrom(model, { ...options, signal, onProgress })).path;
  }
  if (flags.name !== undefined || flags.sha256 !== undefined) {
    const flag = flags.name === undefined ? "--sha256" : "--name";
    throw new UsageError(`${flag} is for addresses, which begin with https://; received "${model}".`);
  }
  const { offline } = pullFlags.given(flags);
  return (await store.pull(model, { offline, signal, onProgress: progressLine(model) })).path;
}

/** `imago models`. */
export const register: Register = (models) => {
  models
    .command("list")
    .description("show the models of the catalogue and those pulled by address, and which are here")
    .action((_, command: Command) => list(outputOf(command)));
  const pulling = models
    .command("pull")
    .description("download a model to the cache folder, and print its path")
    .argument(
      "<name|address>",
      "as list shows it, or the https address of an .onnx file, as Hugging Face has them",
    );
  pullFlags.addTo(pulling).action(pull);
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
};
