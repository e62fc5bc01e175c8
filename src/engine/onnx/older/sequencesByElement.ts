import { ImagoError } from "../../errors.js";
import { int } from "../../graph/attributes.js";
import { int64Vector } from "../../ops/define/define.js";
import { toNumbers } from "../../tensor/tensor.js";
import type { NormalizeContext, PlainNode } from "../proto/plainNode.js";
import { innerMark } from "./innerMark.js";

/** What stands for an element of a sequence; negative indices count from the end. */
const element = (sequence: string, index: number): string => `${innerMark}${sequence}[${index}]`;

/** Operators whose sequences are read, element by element. */
export const sequenceMakers: ReadonlySet<string> = new Set(["SequenceConstruct", "SplitToSequence"]);

const plain = { domain: "", name: "", attributes: {}, bodies: [] };

/** Gives every element its two names. */
function named(sequence: string, elements: readonly string[]): PlainNode[] {
  return elements.flatMap((input, index) =>
    [index, index - elements.length].map((position) => ({
      ...plain,
      type: "Identity",
      inputs: [input],
      outputs: [element(sequence, position)],
    })),
  );
}

/** A sequence of tensors exists while a file is read only: its elements are known by name. */
export function sequenceOfInputs({ inputs, outputs }: PlainNode): readonly PlainNode[] {
  return named(outputs[0] ?? "", inputs);
}

export function elementOfSequence(node: PlainNode, context: NormalizeContext): readonly PlainNode[] {
  const [sequence = "", position = ""] = node.inputs;
  const index = context.known(position)?.data[0];
  if (index === undefined) throw new ImagoError("an index that is no constant is not supported");
  const found = element(sequence, Number(index));
  try {
    context.typeOf(found);
  } catch (cause) {
    throw new ImagoError(`there is no element ${index} in the sequence "${sequence}"`, { cause });
  }
  return [{ ...node, type: "Identity", inputs: [found] }];
}

/** By the sizes that are given, into parts of one size, or into single slices, which may lose their axis. */
export function splitToElements(node: PlainNode, context: NormalizeContext): readonly PlainNode[] {
  const [x = "", split = ""] = node.inputs;
  const { shape } = context.typeOf(x);
  const axis = Number(node.attributes.axis?.value ?? 0);
  const length = shape.at(axis) ?? 0;
  const sizes = sizesOf(length, split, context);
  const parts = sizes.map(() => context.fresh("part"));
  const splitting: PlainNode = {
    ...plain,
    type: "Split",
    inputs: [x, context.constant(int64Vector(sizes), "split")],
    outputs: parts,
    attributes: { axis: int(axis) },
  };
  const single = split === "" && node.attributes.keepdims?.value === 0;
  if (!single) return [splitting, ...named(node.outputs[0] ?? "", parts)];
  const axes = context.constant(int64Vector([axis]), "axes");
  const squeezed = parts.map((part) => ({
    ...plain,
    type: "Squeeze",
    inputs: [part, axes],
    outputs: [context.fresh("element")],
  }));
  const elements = squeezed.map(({ outputs }) => outputs[0] ?? "");
  return [splitting, ...squeezed, ...named(node.outputs[0] ?? "", elements)];
}

function sizesOf(length: number, split: string, context: NormalizeContext): number[] {
  if (split === "") return new Array<number>(length).fill(1);
  const given = context.known(split);
  if (given === undefined) throw new ImagoError("sizes that are no constants are not supported");
  const sizes = Array.from(toNumbers(given));
  if (given.shape.length > 0) return sizes;
  const [size = 0] = sizes;
  if (size < 1) throw new ImagoError(`expected parts of at least one element, received ${size}`);
  return Array.from({ length: Math.ceil(length / size) }, (_, part) => Math.min(size, length - part * size));
}
