import { ImagoError } from "../../engine/errors.js";
import { FixedBatch, openBatch } from "../../engine/onnx/write/openBatch.js";
import { writeModel } from "../../engine/onnx/write/write.js";
import {
  type FieldsOf,
  flag,
  number,
  numbers,
  optional,
  readOptions,
  unchecked,
} from "../../engine/options.js";
import type { Shape } from "../../engine/tensor/shape.js";
import { inferenceGraph, type StatesInGraph, statesField } from "../network/inferenceGraph.js";
import type { Network } from "../network/network.js";

export interface ExportOptions {
  /** A fixed size of the batch. Default: the batch is open. */
  readonly batchSize?: number | undefined;
  /**
   * Whether the batch must be open. Default: it is where the graph allows that, and else 1, which the file's
   * metadata say under `imago.batch` with the reason.
   */
  readonly dynamic?: boolean | undefined;
  /** Sizes without the batch, by the input's name, for inputs with other open sizes. */
  readonly shapes?: Readonly<Record<string, Shape>> | undefined;
  /**
   * The states of stateful layers, which a file cannot keep: `"zeros"` lets every run begin as after `resetStates`;
   * `"inputs"` makes each a further input, `lstm/h`, and what it has become an output, `next/lstm/h`, for the program
   * that runs the file to carry on. The file's metadata say which under `imago.states`. Default: `"zeros"`.
   */
  readonly states?: StatesInGraph | undefined;
}

const fields = {
  batchSize: optional(number({ min: 1, integer: true })),
  dynamic: optional(flag(false)),
  // Read when it is known what inputs there are.
  shapes: unchecked<unknown>("sizes by the name of an input"),
  states: statesField,
} satisfies FieldsOf<ExportOptions>;

const sizes = optional(numbers({ min: 0, integer: true }));

/**
 * A model as the bytes of a stand-alone `.onnx` file for inference: weights are constants, inputs and outputs have
 * the model's names. The same weights give the same bytes, whatever states stateful layers have come to.
 *
 * @throws when an input has an open size that is not given, and with `dynamic: true` when the batch cannot be open
 */
export function exportOnnx(model: Network, options: ExportOptions = {}): Uint8Array {
  const { batchSize, shapes, states, ...read } = readOptions("exportOnnx", options, fields);
  if (batchSize !== undefined && read.dynamic === true) {
    throw new ImagoError("exportOnnx: batchSize fixes the batch; leave out dynamic: true.");
  }
  const dynamic = batchSize === undefined ? read.dynamic : false;
  const isStateful = model.variables.some(({ variable }) => variable.isState);
  const write = (batch: number, note: string): Uint8Array =>
    writeModel(inferenceGraph(model, inputShapes(model, batch, shapes), { states }), {
      metadata: {
        "imago.batch": note,
        "imago.model": model.name,
        ...(isStateful ? { "imago.states": states } : {}),
      },
    });
  const open = model.inputs.find(({ tensor }) => tensor.shape[0] === null);
  if (dynamic === false || open === undefined) return write(batchSize ?? 1, "fixed");
  try {
    return openBatch((batch) => write(batch, "open"), open.name);
  } catch (cause) {
    if (!(cause instanceof FixedBatch)) throw cause;
    if (dynamic === undefined) return write(1, `fixed: ${cause.message}`);
    throw new ImagoError(
      `exportOnnx: the batch of "${model.name}" cannot be open: ${cause.message}. Give a batchSize instead.`,
      { cause },
    );
  }
}

function inputShapes(model: Network, batch: number, shapes: unknown): Record<string, Shape> {
  const byName = Object.fromEntries(model.inputs.map(({ name }) => [name, sizes]));
  const given = readOptions("exportOnnx: shapes", shapes, byName);
  const entries = model.inputs.map(({ name, tensor }) => {
    const [first, ...rest] = tensor.shape;
    const known = given[name] ?? rest;
    if (known.length === rest.length && known.every((size) => size !== null)) {
      return [name, [first ?? batch, ...known]] as const;
    }
    throw new ImagoError(
      `exportOnnx: input "${name}" has open sizes: [${rest.map((size) => size ?? "?").join(", ")}]. ` +
        `Give them, without the batch: shapes: { ${name}: [${rest.map((size) => size ?? 100).join(", ")}] }`,
    );
  });
  return Object.fromEntries(entries);
}
