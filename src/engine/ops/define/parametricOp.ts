import { type Attributes, float } from "../../graph/attributes.js";
import type { Value } from "../../graph/graph.js";
import type { Operator } from "../../graph/operator.js";
import { optional } from "../../options.js";
import { defineOp, emit, type Operand } from "./define.js";
import { requireKind } from "./elementKind.js";
import { real } from "./fields.js";

/** Emits an element-wise operator with floating-point attributes. */
export type ParametricOp<K extends string> = ((
  x: Operand,
  options?: { readonly [Name in K]?: number | undefined },
) => Value) & { readonly operator: Operator };

/** The attributes' values as the operator computes with them: ONNX stores single precision. */
function read<K extends string>(attributes: Attributes, defaults: Readonly<Record<K, number>>) {
  const values: Record<K, number> = { ...defaults };
  for (const name of Object.keys(defaults) as K[]) {
    values[name] = Math.fround(attributes.float(name, defaults[name]));
  }
  return values;
}

/**
 * An element-wise operator of one floating-point input with floating-point attributes.
 *
 * @param defaults ONNX's value of each attribute where none is given
 * @param gradient the rule, which receives the attributes' values last
 */
export function parametricOp<K extends string>(
  type: string,
  defaults: Readonly<Record<K, number>>,
  gradient: (x: Value, y: Value, dy: Value, attributes: Readonly<Record<K, number>>) => Value,
): ParametricOp<K> {
  const fields = Object.fromEntries(Object.keys(defaults).map((name) => [name, optional(real())]));
  return defineOp<
    [Value],
    (x: Operand, options?: { readonly [Name in K]?: number | undefined }) => Value,
    typeof fields
  >(
    type,
    {
      arity: 1,
      options: { at: 1, fields },
      infer: ({ inputs: [x] }) => {
        requireKind(x, "floating-point");
        return [x.type];
      },
      gradient: ({ inputs: [x], outputs: [y], attributes, outputGradients: [dy] }) => [
        gradient(x, y, dy, read(attributes, defaults)),
      ],
    },
    (operator, settings) => {
      const given = Object.entries(settings);
      const attributes = given.map(([name, value]) => [name, value === undefined ? value : float(value)]);
      return (x) => emit(operator, [x], Object.fromEntries(attributes));
    },
  );
}
