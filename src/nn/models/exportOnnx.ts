import { ImagoError } from "../../engine/errors.js";
import type { Graph } from "../../engine/graph/graph.js";
import { FixedSize } from "../../engine/onnx/write/fixedSize.js";
import { openSizes } from "../../engine/onnx/write/openSizes.js";
import { type WeightPrecision, weightsField, writeModel } from "../../engine/onnx/write/write.js";
import {
  byName,
  type FieldsOf,
  flag,
  having,
  number,
  numbers,
  optional,
  type ReadOf,
  readOptions,
  text,
  unchecked,
} from "../../engine/options.js";
import type { Shape } from "../../engine/tensor/shape.js";
import { inferenceGraph, type StatesInGraph, statesField } from "../network/inferenceGraph.js";
import type { Network } from "../network/network.js";
import { functionGraphs, hasFunctions } from "./functionGraphs.js";
import { type SizedInput, type SizePlan, type SizeProbe, sizePlans } from "./sizePlans.js";

export interface ExportOptions {
  /** A fixed size of the batch. Default: the batch is open. */
  readonly batchSize?: number | undefined;
  /**
   * Whether the batch must be open. Default: it is where the graph allows that, and else 1, which the file's
   * metadata say under `imago.batch` with the reason.
   */
  readonly dynamic?: boolean | undefined;
  /** Sizes without the batch, by the input's name, for inputs whose other open sizes the file is to fix. Default: open. */
  readonly shapes?: Readonly<Record<string, Shape>> | undefined;
  /**
   * The states of stateful layers, which a file cannot keep: `"zeros"` lets every run begin as after `resetStates`;
   * `"inputs"` makes each a further input, `lstm/h`, and what it has become an output, `next/lstm/h`, for the program
   * that runs the file to carry on. The file's metadata say which under `imago.states`. Default: `"zeros"`.
   */
  readonly states?: StatesInGraph | undefined;
  /** Further texts for the file's metadata, by their keys, such as the names of classes. Default: none. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /**
   * How the file keeps weights of 16 elements and more: `"float16"` in half precision, each with a Cast back to float32, so
   * that the file is about half as large, runs wherever the other does, and computes in float32 as before. Each weight is
   * rounded to the nearest number of half precision, which has 11 bits, about 3 digits. Weights of which an element is not
   * finite or larger than 65504 stay in float32. Default: `"float32"`.
   */
  readonly weights?: WeightPrecision | undefined;
}

const fields = {
  batchSize: optional(number({ min: 1, integer: true })),
  dynamic: optional(flag(false)),
  // Read when it is known what inputs there are.
  shapes: unchecked<unknown>("sizes by the name of an input"),
  states: statesField,
  metadata: optional(byName(text(), "texts by their keys")),
  weights: weightsField,
} satisfies FieldsOf<ExportOptions>;

const sizes = optional(numbers({ min: 0, integer: true }));

/**
 * A model as the bytes of a stand-alone `.onnx` file for inference: weights are constants, inputs and outputs have
 * the model's names. The same weights give the same bytes, whatever states stateful layers have come to.
 *
 * Sizes that the model leaves open are open in the file, under the names `batch`, `time`, `height` and `width`. The
 * model is traced at several sizes for that, and what depends on them is computed from those that come. Functions and layers of the
 * user's are tried at a few smaller and larger ones too; what they do at others alone is not found out.
 *
 * @throws when a layer bakes in an open size that is not given, naming the layer, and with `dynamic: true` when the batch
 *   cannot be open
 */
export function exportOnnx(model: Network, options: ExportOptions = {}): Uint8Array {
  having<Network>("a model", "inputs", "functional").read("exportOnnx", "model", model);
  const { batchSize, shapes, dynamic, ...written } = readOptions("exportOnnx", options, fields);
  if (batchSize !== undefined && dynamic === true) {
    throw new ImagoError("exportOnnx: batchSize fixes the batch; leave out dynamic: true.");
  }
  const inputs = sizedInputs(model, shapes);
  const isOpen = inputs.some(({ shape }) => shape[0] === null);
  const fixed = inputs.map(({ name, shape: [first, ...rest] }) => ({
    name,
    shape: [first ?? batchSize ?? 1, ...rest],
  }));
  if (!isOpen || batchSize !== undefined || dynamic === false) return fileOf(model, fixed, written, "fixed");
  try {
    return fileOf(model, inputs, written, "open");
  } catch (cause) {
    if (!(cause instanceof OpenSizeError)) throw cause;
    // Throws where it is not the batch that is at fault, and says what is.
    const instead = fileOf(model, fixed, written, `fixed: ${cause.why}`);
    if (dynamic !== true) return instead;
    throw new ImagoError(
      `exportOnnx: the batch of "${model.name}" cannot be open: ${cause.why}. Give a batchSize instead.`,
      { cause },
    );
  }
}

/** What a file would have open and cannot. */
class OpenSizeError extends ImagoError {
  readonly why: string;

  constructor(model: Network, inputs: readonly SizedInput[], cause: Error) {
    const open = inputs.find(({ shape }) => shape.slice(1).includes(null)) ?? inputs[0];
    const { name = "", shape: [, ...rest] = [] } = open ?? {};
    super(
      `exportOnnx: the open sizes of "${model.name}" cannot stay open: ${cause.message}. ` +
        `Give those of input "${name}", without the batch: shapes: { ${name}: [${rest.map((size) => size ?? 100).join(", ")}] }`,
      { cause },
    );
    this.why = cause.message;
  }
}

/** The inputs with the sizes that are given. */
function sizedInputs(model: Network, shapes: unknown): SizedInput[] {
  const byName = Object.fromEntries(model.inputs.map(({ name }) => [name, sizes]));
  const given = readOptions("exportOnnx: shapes", shapes, byName);
  return model.inputs.map(({ name, tensor: { shape } }) => {
    const [first = null, ...rest] = shape;
    const known = given[name];
    if (known === undefined) return { name, shape };
    if (known.length === rest.length) return { name, shape: [first, ...known] };
    throw new ImagoError(
      `exportOnnx: input "${name}" is [${rest.map((size) => size ?? "?").join(", ")}] without the batch, received ` +
        `shapes: { ${name}: [${known.join(", ")}] }`,
    );
  });
}

/** @throws OpenSizeError where a size that is open cannot be */
function fileOf(
  model: Network,
  inputs: readonly SizedInput[],
  { states, metadata: own, weights }: Pick<ReadOf<typeof fields>, "states" | "metadata" | "weights">,
  batch: string,
): Uint8Array {
  const isStateful = model.variables.some(({ variable }) => variable.isState);
  const metadata = {
    ...own,
    "imago.batch": batch,
    "imago.model": model.name,
    ...(isStateful ? { "imago.states": states } : {}),
  };
  const graphAt = (shapes: Readonly<Record<string, Shape>>): Graph =>
    inferenceGraph(model, shapes, { states, copyWeights: false });
  const plans = sizePlans(inputs);
  if (!inputs.some(({ shape }) => shape.includes(null))) {
    return writeModel(graphAt(plans[0]?.shapes[0] ?? {}), { metadata, weights });
  }
  let failed: Error | undefined;
  for (const plan of plans) {
    try {
      const bytes = openSizes(plan.shapes.map(graphAt), plan.open, { metadata, weights });
      checkFunctions(model, plan);
      return bytes;
    } catch (error) {
      // Sizes that are told apart need not fit each other: the next way ties them.
      if (!(error instanceof FixedSize) && !(error instanceof ImagoError)) throw error;
      failed = error;
    }
  }
  throw new OpenSizeError(model, inputs, failed as Error);
}

/**
 * Tries what the user wrote at small and large sizes too: a function may look at them and do something else there. Layers of ours
 * do the same everywhere.
 *
 * @throws FixedSize when it does
 */
function checkFunctions(model: Network, { open, shapes, probes }: SizePlan): void {
  if (!hasFunctions(model)) return;
  const usual = shapes.map((one) => functionGraphs(model, one));
  for (const probe of probes) {
    const graphs = graphsAt(model, probe);
    const sizes = open.map(({ name, sizes }, at) => ({ name, sizes: [...sizes, probe.sizes[at] as number] }));
    graphs?.forEach((graph, call) => {
      openSizes([...usual.map((calls) => calls[call] as Graph), graph], sizes);
    });
  }
}

/** The functions at a probe's sizes; `undefined` where a layer refuses those. */
function graphsAt(model: Network, { shapes }: SizeProbe): readonly Graph[] | undefined {
  try {
    return functionGraphs(model, shapes);
  } catch (error) {
    if (error instanceof ImagoError) return undefined;
    throw error;
  }
}
