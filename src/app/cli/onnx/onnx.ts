import type { Command } from "commander";
import { atomicWrite } from "../../../engine/files/atomicWrite.js";
import { addGradients } from "../../../engine/onnx/splice/gradientModel.js";
import { formatShape } from "../../../engine/tensor/shape.js";
import { type OnnxActivation, OnnxModel, type OnnxSurvey } from "../../../nn/models/onnxModel.js";
import { type PreprocessingOptions, preprocessing } from "../../../vision/preprocessing.js";
import { checkFiles, forceHelp, namedFiles } from "../shell/files.js";
import { grouped, outputOf, printable } from "../shell/output.js";
import { type Register, UsageError } from "../shell/run.js";
import { isStandard, writeStandardOutput } from "../shell/standard.js";
import { addSizeFlags, type ImageGuess, inputShapes, type SizeFlags } from "./onnxSizes.js";
import { formatInfo, json, oneLine, ports, table } from "./onnxText.js";
import { openModel } from "./openModel.js";

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
  const { model, preprocessing: known } = await openModel(given);
  const guess = imageGuess(known, model);
  const { shapes, guessed } = inputShapes(model.inputs, flags, guess);
  const survey = model.survey({ inputShapes: shapes });
  const found = survey.activations;
  const list = flags.all === true ? found : worthListing(found);
  const rows = list.map(({ name, shape, operator }) => [name, formatShape(shape), operator]);
  outputOf(command).write(
    flags.json === true ? json(list) : printable(table([["NAME", "SHAPE", "OPERATOR"], ...rows])),
  );
  const notes = [
    ...(guessed
      ? [`Images are taken to be ${guess.size.join(" × ")}; --dimension and --shape say otherwise.`]
      : []),
    ...leftOut(survey),
  ];
  for (const note of notes) command.configureOutput().writeErr?.(printable(`${note}\n`));
}

/** Height and width that a network's preprocessing says, or 224, as for `imago dream`. */
function imageGuess(known: PreprocessingOptions | undefined, { inputs }: OnnxModel): ImageGuess {
  const sizes = inputs.find((input) => input.sizes?.length === 4)?.sizes;
  const last =
    known?.layout === undefined ? sizes?.[3] === 3 && sizes[1] !== 3 : known.layout === "channelsLast";
  const { size } = preprocessing(known ?? {}).settings;
  return { size: size ?? [224, 224], axis: last ? 1 : 2 };
}

/** Causes that are told; the rest is counted. */
const mostCauses = 5;

/** What a list of activations says of those that are not in it. */
function leftOut({ left, causes }: OnnxSurvey): string[] {
  if (causes.length === 0) return [];
  const more = causes.length - mostCauses;
  const results = `${grouped(left.length)} ${left.length === 1 ? "result" : "results"}`;
  return [
    `Left out: ${results} that cannot be computed here, or stand behind one that cannot:`,
    ...causes.slice(0, mostCauses).map((cause) => `  ${oneLine(cause)}`),
    ...(more > 0 ? [`  and ${grouped(more)} more`] : []),
  ];
}

interface GradFlags extends SizeFlags {
  readonly of: string;
  readonly wrt: readonly string[];
  readonly out: string;
  readonly force?: true;
}

async function grad(given: string, flags: GradFlags, command: Command): Promise<void> {
  const { model, name, files, externalData } = await openModel(given);
  const { out, force } = flags;
  const writes = [{ name: "--out", path: out, isBinary: true }];
  await checkFiles({ reads: namedFiles({ "<file|name>": files }), writes, force });
  const wrt = flags.wrt.flatMap((names) => names.split(",")).map((name) => name.trim());
  if (wrt.some((name) => name === "")) throw new UsageError("--wrt is a list of names: --wrt image,weight.");
  const bytes = addGradients(model.bytes, {
    of: flags.of,
    wrt,
    name,
    inputShapes: inputShapes(model.inputs, flags).shapes,
    externalData,
  });
  if (isStandard(out)) await writeStandardOutput(bytes);
  else await atomicWrite(out, bytes);
  const { outputs } = new OnnxModel(bytes, { name: out });
  const output = outputOf(command, isStandard(out));
  output.write(
    printable(`Wrote ${isStandard(out) ? "standard output" : out}.\n${ports("Outputs", outputs)}`),
  );
}

const modelHelp = "an .onnx file (- for standard input), or a name of `imago models list`";

/** `imago onnx`. */
export const register: Register = (onnx) => {
  onnx
    .command("info")
    .description("show what an ONNX file says about itself")
    .argument("<file|name>", modelHelp)
    .option("--json", "print JSON")
    .action(async (given: string, flags: { json?: true }, command: Command) => {
      const { model } = await openModel(given);
      outputOf(command).write(flags.json === true ? json(model.description) : formatInfo(model));
    });
  addSizeFlags(
    onnx
      .command("layers")
      .description("list the activations that can be dreamt on, by their names in the file")
      .argument("<file|name>", modelHelp)
      .option("--all", "every activation, not those of images alone")
      .option("--json", "print JSON"),
  ).action(layers);
  addSizeFlags(
    onnx
      .command("grad")
      .description("write the same model with gradients as further outputs, for any ONNX runtime")
      .argument("<file|name>", modelHelp)
      .requiredOption("--of <output>", "the output to differentiate, summed where it is no scalar")
      .requiredOption(
        "--wrt <names>",
        "inputs and initialisers, with commas between",
        (text, before: string[] = []) => [...before, text],
      )
      .requiredOption(
        "--out <file>",
        "where to write, - for standard output: each name gets an output NAME_grad",
      )
      .option("--force", forceHelp),
  ).action(grad);
};
