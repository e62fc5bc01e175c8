import { gradients } from "../../autodiff/gradients.js";
import { ImagoError, nearest } from "../../errors.js";
import type { Value } from "../../graph/graph.js";
import { verify } from "../../graph/verify.js";
import { type FieldsOf, list, number, readOptions, text } from "../../options.js";
import { isFloat } from "../../tensor/dtype.js";
import { encode, type ProtoRecord } from "../proto/encode.js";
import { modelProto } from "../proto/schema.js";
import {
  explained,
  type ImportedModel,
  type PartlyRead,
  type ReadOptions,
  readAround,
} from "../read/read.js";
import { wholeFields } from "../read/readOptions.js";
import { writeModel } from "../write/write.js";
import { spliceUntouched } from "./spliceUntouched.js";

export interface AddGradientsOptions extends Omit<ReadOptions, "outputs" | "anySize"> {
  /** The output to differentiate; its elements are summed where it is no scalar. */
  readonly of: string;
  /** Inputs and initialisers (or Constant nodes, by their results) to differentiate with respect to, by name. */
  readonly wrt: readonly string[];
  /** What an open first axis of an input is, named or not, where no other option says. Default: 1. */
  readonly batch?: number | undefined;
}

const fields = {
  of: text(),
  wrt: list(text(), "an array of names"),
  ...wholeFields,
  batch: number({ default: 1, min: 0, integer: true }),
} satisfies FieldsOf<AddGradientsOptions>;

/**
 * The same model with the gradient of one output as further outputs: ONNX in, ONNX out.
 *
 * For every name in `wrt` the result has an output `NAME_grad` of that value's shape (`NAME_grad_grad` where that
 * name is taken, as in a file that has gradients already); initialisers stay initialisers. It is an ordinary model of opset 21 that any runtime runs. Sizes that the file leaves open
 * become those given in the options, since a gradient is emitted at concrete shapes. Metadata are kept.
 * Operators that Imago has not stay in the file as they are, where `of` does not depend on them.
 *
 * @throws ImagoError as `readModel` does; when there is no such output, input or initialiser, naming the
 * nearest; when a value is not floating-point; when the only way leads through an operator without a
 * gradient, naming the node; when `of` depends on an operator or element type that Imago has not
 */
export function addGradients(bytes: Uint8Array, options: AddGradientsOptions): Uint8Array {
  const { of, wrt, ...read } = readOptions("addGradients", options, fields);
  const twice = wrt.find((name, index) => wrt.indexOf(name) !== index);
  if (twice !== undefined) throw new ImagoError(`addGradients: wrt names "${twice}" twice`);
  const model = readAround(bytes, read, [of, ...wrt]);
  const loss = outputNamed(model, of);
  const values = wrt.map((name) => variableNamed(model, name));
  return explained(read.name, () => {
    const found = gradients(loss, values);
    nameGradients(model, found, wrt);
    const { graph, metadata, untouched } = model;
    verify(graph, "adding gradients");
    if (untouched.isEmpty) return writeModel(graph, { metadata });
    return encode(modelProto, spliceUntouched(model, { metadata }) as ProtoRecord);
  });
}

/** Makes each gradient an output under a name that nothing has. */
function nameGradients(
  { graph, untouched }: PartlyRead,
  found: readonly Value[],
  wrt: readonly string[],
): void {
  const taken = new Set([...graph.inputs, ...graph.outputs].map(({ name }) => name));
  for (const name of untouched.names) taken.add(name);
  found.forEach((gradient, index) => {
    const name = freeName(`${wrt[index]}_grad`, taken);
    taken.add(name);
    graph.output(name, gradient);
  });
}

/** `base`, with as many further `_grad` as it takes: the file may be one of gradients already. */
function freeName(base: string, taken: ReadonlySet<string>): string {
  return taken.has(base) ? freeName(`${base}_grad`, taken) : base;
}

function outputNamed({ graph, record }: PartlyRead, name: string): Value {
  const found = graph.outputs.find((output) => output.name === name);
  if (found !== undefined) return differentiable("of", name, found.value);
  const declared = (record.graph?.output ?? []).map((output) => output.name ?? "");
  if (!declared.includes(name)) throw unknown("output", name, declared);
  // What else cannot be read, and is needed, has been refused where it stands.
  throw new ImagoError(`addGradients: of "${name}" is a sequence of tensors, expected one tensor.`, {
    help: "Take an element out of it by SequenceAt, and make that an output.",
  });
}

function variableNamed({ graph, values }: ImportedModel, name: string): Value {
  const found = values.get(name);
  if (found === undefined || found.producer !== undefined) {
    const variables = [...graph.inputs, ...graph.constants].filter(({ dtype }) => isFloat(dtype));
    throw unknown(
      "input or initialiser",
      name,
      variables.map((value) => value.name),
    );
  }
  return differentiable("wrt", name, found);
}

function differentiable(option: string, name: string, value: Value): Value {
  if (isFloat(value.dtype)) return value;
  throw new ImagoError(
    `addGradients: ${option} "${name}" is ${value.dtype}, expected a floating-point value`,
  );
}

function unknown(what: string, name: string, names: readonly string[]): ImagoError {
  const meant = nearest(name, names);
  const shown = names.slice(0, 20).join(", ") + (names.length > 20 ? ", …" : "");
  return new ImagoError(`addGradients: the model has no ${what} "${name}".`, {
    help: `${meant === undefined ? "" : `Did you mean "${meant}"? `}There are: ${shown || "none"}.`,
  });
}
