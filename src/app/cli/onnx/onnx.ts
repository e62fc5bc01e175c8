import type { Command } from "commander";
import { atomicWrite } from "../../../engine/files/atomicWrite.js";
import { externalDataOf } from "../../../engine/files/externalData.js";
import type { OnnxPort } from "../../../engine/onnx/read/describe.js";
import { addGradients } from "../../../engine/onnx/splice/gradientModel.js";
import { formatShape } from "../../../engine/tensor/shape.js";
import { modelFile } from "../../../io/models/modelFile.js";
import { loadOnnx } from "../../../nn/files/loadOnnx.js";
import { type OnnxActivation, OnnxModel } from "../../../nn/models/onnxModel.js";
import { grouped, outputOf, printable } from "../shell/output.js";
import { type Register, UsageError } from "../shell/run.js";
import { addSizeFlags, formatSizes, inputShapes, type SizeFlags } from "./onnxSizes.js";

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** Rows with their columns under each other. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ");
  return rows.map((row) => `${line(row).trimEnd()}\n`).join("");
}

function ports(title: string, list: readonly OnnxPort[]): string {
  const rows = list.map(({ name, elementType, sizes }) => [`  ${name}`, elementType, formatSizes(sizes)]);
  return `${title}:\n${table(rows)}`;
}

function formatInfo({ description, bytes, name }: OnnxModel): string {
  const { producer, irVersion, opsets, parameters, operators, externalFiles, metadata } = description;
  const versions = Object.entries(opsets).map(([domain, version]) => `${domain || "opset"} ${version}`);
  const made = producer === "" ? "" : `, made by ${producer}`;
  const counts = operators.map(([type, count]) => `${type} ${count}`);
  const facts = [
    `${name}: ${grouped(bytes.length)} bytes, ${versions.join(", ")}, IR version ${irVersion}${made}\n`,
    ports("Inputs", description.inputs),
    ports("Outputs", description.outputs),
    `Parameters: ${grouped(parameters)}\n`,
    `Operators: ${counts.join(", ")}\n`,
    ...(externalFiles.length > 0 ? [`Tensors in: ${externalFiles.join(", ")}\n`] : []),
    ...Object.entries(metadata).map(([key, value]) => `Metadata: ${key} = ${value}\n`),
  ];
  return printable(facts.join(""));
}

/** Those that an image network has to look at; for a network without any, all that hold more than one axis. */
function worthListing(all: readonly OnnxActivation[]): readonly OnnxActivation[] {
  const images = all.filter(({ shape }) => shape.length === 4);
  return images.length > 0 ? images : all.filter(({ shape }) => shape.length > 1);
}

async function layers(
  given: string,
  flags: SizeFlags & { all?: true; json?: true },
  command: Command,
): Promise<void> {
  const model = await loadOnnx(await modelFile(given));
  const found = model.activations({ inputShapes: inputShapes(model.inputs, flags) });
  const list = flags.all === true ? found : worthListing(found);
  const rows = list.map(({ name, shape, operator }) => [name, formatShape(shape), operator]);
  outputOf(command).write(
    flags.json === true ? json(list) : printable(table([["NAME", "SHAPE", "OPERATOR"], ...rows])),
  );
}

interface GradFlags extends SizeFlags {
  readonly of: string;
  readonly wrt: readonly string[];
  readonly out: string;
}

async function grad(given: string, flags: GradFlags, command: Command): Promise<void> {
  const file = await modelFile(given);
  const model = await loadOnnx(file);
  const wrt = flags.wrt.flatMap((names) => names.split(",")).map((name) => name.trim());
  if (wrt.some((name) => name === "")) throw new UsageError("--wrt is a list of names: --wrt image,weight.");
  const bytes = addGradients(model.bytes, {
    of: flags.of,
    wrt,
    name: file,
    inputShapes: inputShapes(model.inputs, flags),
    externalData: externalDataOf(file),
  });
  await atomicWrite(flags.out, bytes);
  const { outputs } = new OnnxModel(bytes, { name: flags.out });
  outputOf(command).write(printable(`Wrote ${flags.out}.\n${ports("Outputs", outputs)}`));
}

/** `imago onnx`. */
export const register: Register = (onnx) => {
  onnx
    .command("info")
    .description("show what an ONNX file says about itself")
    .argument("<file|name>", "an .onnx file, or a name of `imago models list`")
    .option("--json", "print JSON")
    .action(async (given: string, flags: { json?: true }, command: Command) => {
      const model = await loadOnnx(await modelFile(given));
      outputOf(command).write(flags.json === true ? json(model.description) : formatInfo(model));
    });
  addSizeFlags(
    onnx
      .command("layers")
      .description("list the activations that can be dreamt on, by their names in the file")
      .argument("<file|name>", "an .onnx file, or a name of `imago models list`")
      .option("--all", "every activation, not those of images alone")
      .option("--json", "print JSON"),
  ).action(layers);
  addSizeFlags(
    onnx
      .command("grad")
      .description("write the same model with gradients as further outputs, for any ONNX runtime")
      .argument("<file|name>", "an .onnx file, or a name of `imago models list`")
      .requiredOption("--of <output>", "the output to differentiate, summed where it is no scalar")
      .requiredOption(
        "--wrt <names>",
        "inputs and initialisers, with commas between",
        (text, before: string[] = []) => [...before, text],
      )
      .requiredOption("--out <file>", "where to write: each name gets an output NAME_grad"),
  ).action(grad);
};
