import { ImagoError } from "../errors.js";
import { string } from "../graph/attributes.js";
import type { Value } from "../graph/graph.js";
import type { InputGradients } from "../graph/operator.js";
import { text } from "../options.js";
import { Tensor } from "../tensor/tensor.js";
import { sumTo } from "./composed/sumTo.js";
import { defineOp, emit, type Operand } from "./define/define.js";
import { type EinsumTerms, einsumTerms } from "./define/einsumTerms.js";
import { expand } from "./expand.js";
import { reshape } from "./reshape.js";

const formatTerms = ({ operands, result }: Pick<EinsumTerms, "operands" | "result">): string =>
  `${operands.map((term) => term.join("")).join()}->${result.join("")}`;

type EinsumInputs = [Value, ...Value[]];

const shapesOf = (inputs: readonly Value[]) => inputs.map((input) => input.shape);

/** The gradient for one operand: the product of all the others and dy, over the indices that are its own. */
function operandGradient(terms: EinsumTerms, inputs: EinsumInputs, position: number, dy: Value): Value {
  const { operands, result, sizes } = terms;
  const own = operands[position] as readonly string[];
  const others = operands.filter((_, i) => i !== position);
  const values = inputs.filter((_, i) => i !== position);
  const kept = own.filter((label) => [result, ...others].some((term) => term.includes(label)));
  const equation = formatTerms({ operands: [result, ...others], result: kept });
  const product = einsum(equation, dy, ...values);
  // An index that only this operand has was summed, so each of its elements has the same gradient.
  const held = reshape(
    product,
    own.map((label) => (kept.includes(label) ? product.size(kept.indexOf(label)) : 1)),
  );
  const full = own.map((label, axis) => (kept.includes(label) ? held.size(axis) : (sizes.get(label) ?? 1)));
  return sumTo(expand(held, full), (inputs[position] as Value).shape);
}

interface Written {
  readonly equation: string;
  readonly operands: readonly Operand[];
}

/**
 * The equation with letters for `...`, since ONNX wants `...` to be as many axes in each operand, and without axes of
 * size 1 that broadcast: ONNX's shape inference takes the size of an index from where it comes first.
 */
function written(equation: string, operands: readonly Operand[]): Written {
  try {
    const shapes = operands.map((operand) => (typeof operand === "number" ? [] : operand.shape));
    const terms = einsumTerms(equation, shapes);
    const stretched = terms.operands.map((term, at) =>
      term.map((label, axis) => shapes[at]?.[axis] === 1 && terms.sizes.get(label) !== 1),
    );
    if (!equation.includes("...") && !stretched.flat().includes(true)) return { equation, operands };
    const kept = terms.operands.map((term, at) => term.filter((_, axis) => stretched[at]?.[axis] !== true));
    const narrow = operands.map((operand, at) => without(operand, stretched[at] ?? []));
    return { equation: formatTerms({ operands: kept, result: terms.result }), operands: narrow };
  } catch {
    // The emission that follows reports what is wrong, with the node's name.
    return { equation, operands };
  }
}

/** An operand without some of its axes, which are of size 1. */
function without(operand: Operand, dropped: readonly boolean[]): Operand {
  if (typeof operand === "number" || !dropped.includes(true)) return operand;
  const shape = operand.shape.filter((_, axis) => dropped[axis] !== true);
  return operand instanceof Tensor ? operand.reshape(shape) : reshape(operand, shape);
}

const equationField = text();

/**
 * A sum of products in Einstein's notation: `einsum("bij,bjk->bik", a, b)` is a batch of matrix products.
 * An index that the result has not is summed; without `->` the result has the indices that come once, in
 * alphabetical order; `...` stands for any other axes, which broadcast.
 *
 * The gradient exists where no operand has an index twice.
 */
export const einsum = defineOp<EinsumInputs, (equation: string, ...operands: Operand[]) => Value>(
  "Einsum",
  {
    arity: [1, Number.POSITIVE_INFINITY],
    infer: ({ inputs, attributes }) => {
      const [first] = inputs;
      if (inputs.some((input) => input.dtype !== first.dtype))
        throw new ImagoError("expected inputs of one element type");
      const { result, sizes } = einsumTerms(attributes.string("equation"), shapesOf(inputs));
      return [{ dtype: first.dtype, shape: result.map((label) => sizes.get(label) as number) }];
    },
    gradient: ({ node, inputs, attributes, outputGradients: [dy] }): InputGradients => {
      const equation = attributes.string("equation");
      const terms = einsumTerms(equation, shapesOf(inputs));
      if (terms.operands.some((term) => new Set(term).size !== term.length)) {
        throw new ImagoError(
          `Einsum "${node.name}" has no gradient: an operand of "${equation}" has an index twice`,
        );
      }
      return inputs.map((_, position) => operandGradient(terms, inputs, position, dy));
    },
  },
  (operator) =>
    (equation, ...operands) => {
      const given = equationField.read(operator.type, "equation", equation);
      const { equation: plain, operands: narrow } = written(given, operands);
      return emit(operator, narrow, { equation: string(plain) });
    },
);
