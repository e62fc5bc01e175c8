import { checkOptions, ImagoError } from "../../engine/errors.js";
import { FixedBatch, openBatch } from "../../engine/onnx/write/openBatch.js";
import { writeModel } from "../../engine/onnx/write/write.js";
import type { Shape } from "../../engine/tensor/shape.js";
import { inferenceGraph } from "../network/inferenceGraph.js";
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
}

/**
 * A model as the bytes of a stand-alone `.onnx` file for inference: weights are constants, inputs and outputs have
 * the model's names. States that a stateful layer would carry on are not written back.
 *
 * @throws when an input has an open size that is not given, and with `dynamic: true` when the batch cannot be open
 */
export function exportOnnx(model: Network, options: ExportOptions = {}): Uint8Array {
  checkOptions("exportOnnx", options, ["batchSize", "dynamic", "shapes"]);
  const { batchSize, dynamic = batchSize === undefined ? undefined : false } = options;
  checkBatch(batchSize, dynamic);
  const write = (batch: number, note: string): Uint8Array =>
    writeModel(inferenceGraph(model, inputShapes(model, batch, options.shapes ?? {})), {
      metadata: { "imago.batch": note, "imago.model": model.name },
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

function checkBatch(batchSize: number | undefined, dynamic: boolean | undefined): void {
  if (batchSize === undefined) return;
  if (dynamic === true)
    throw new ImagoError("exportOnnx: batchSize fixes the batch; leave out dynamic: true");
  if (Number.isSafeInteger(batchSize) && batchSize > 0) return;
  throw new ImagoError(`exportOnnx: batchSize must be a whole number from 1, received ${String(batchSize)}`);
}

function inputShapes(
  model: Network,
  batch: number,
  given: Readonly<Record<string, Shape>>,
): Record<string, Shape> {
  checkOptions(
    "exportOnnx: shapes",
    given,
    model.inputs.map(({ name }) => name),
  );
  const shapes = model.inputs.map(({ name, tensor }) => {
    const [first, ...rest] = tensor.shape;
    const sizes = given[name] ?? rest;
    if (sizes.length === rest.length && sizes.every((size) => size !== null)) {
      return [name, [first ?? batch, ...sizes]] as const;
    }
    throw new ImagoError(
      `exportOnnx: input "${name}" has open sizes: [${rest.map((size) => size ?? "?").join(", ")}]. ` +
        `Give them, without the batch: shapes: { ${name}: [${rest.map((size) => size ?? 100).join(", ")}] }`,
    );
  });
  return Object.fromEntries(shapes) as Record<string, Shape>;
}
