import { describe, expect, it } from "vitest";
import { ImagoError } from "../errors.js";
import { Graph } from "../graph/graph.js";
import type { Field } from "../options.js";
import type { Defined } from "./define/define.js";
import type { OptionsPlace } from "./define/withOptions.js";
import * as ops from "./index.js";

type Emit = (...args: readonly unknown[]) => unknown;
const emitters = Object.entries(ops).map(([name, op]) => [name, op as Defined<Emit>] as const);

/** Operators of operands alone; some take an axis, a shape or a word by its place. */
const none =
  "abs acos acosh add and asin asinh atan atanh bitShift bitwiseAnd bitwiseNot bitwiseOr bitwiseXor cast castLike " +
  "ceil clip cos cosh div einsum equal erf exp expand floor gatedAdd globalAveragePool globalMaxPool greater greaterOrEqual " +
  "hardSwish hardmax identity isNan less lessOrEqual log logSoftmax matMul max mean min mish mul neg nonZero not or " +
  "pow prelu reciprocal relu reshape round shape sigmoid sign sin sinh size softmax softplus softsign sqrt squeeze " +
  "sub sum tan tanh tile transpose unsqueeze where xor";

const x = new Graph().input("x", { dtype: "float32", shape: [2, 3] });

/** Every operator that takes options, and what it says of them itself. */
const cases = emitters.flatMap(([name, emit]) =>
  emit.options === undefined ? [] : [{ name, emit, type: emit.operator.type, options: emit.options }],
);
type Case = (typeof cases)[number];

const withFields = cases.flatMap((one) =>
  Object.entries(one.options.fields).map(([field, { expected }]) => ({ ...one, field, expected })),
);

/** The error for an operator that is given `options` behind as many operands as it takes. */
function refusal({ emit, options: { at } }: Pick<Case, "emit" | "options">, options: unknown): string {
  try {
    emit(...new Array(at).fill(x), options);
  } catch (error) {
    expect(error).toBeInstanceOf(ImagoError);
    return (error as Error).message;
  }
  return "none";
}

function reads(field: Field<unknown>, value: unknown): boolean {
  try {
    field.read("", "", value);
    return true;
  } catch {
    return false;
  }
}

const isRequired = (field: Field<unknown>): boolean => !reads(field, undefined);

/** Values for all options that may not be left out. */
function necessary({ fields }: OptionsPlace): Record<string, unknown> {
  const samples = [1, [1], [x], () => ({ states: [], outputs: [] })];
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([, field]) => isRequired(field))
      .map(([name, field]) => [name, samples.find((sample) => reads(field, sample))]),
  );
}

describe("operators", () => {
  it("take options, or are in the list of those that do not", () => {
    const bare = emitters.filter(([, emit]) => emit.options === undefined).map(([name]) => name);
    expect(bare.sort()).toEqual(none.split(" ").sort());
  });

  it.each(cases)("$name takes nothing but an object", (one) => {
    for (const [given, shown] of [
      [null, "null"],
      [5, "5"],
      ["x", '"x"'],
      [[], "[]"],
    ] as const) {
      expect(refusal(one, given)).toContain(`${one.type}: options must be an object, received ${shown}.`);
    }
  });

  it.each(cases)("$name refuses an option that it does not know", (one) => {
    const [first] = Object.keys(one.options.fields) as [string];
    const error = refusal(one, { ...necessary(one.options), [`${first}_`]: 1 });
    expect(error).toContain(`${one.type}: unknown option "${first}_". Did you mean "${first}"?`);
    // Also where it is the only one.
    expect(refusal(one, { unheardOf: undefined })).toContain(`${one.type}: unknown option "unheardOf".`);
  });

  it.each(withFields)("$name refuses a $field of another type", ({ field, expected, ...one }) => {
    const error = refusal(one, { ...necessary(one.options), [field]: {} });
    expect(error).toBe(`${one.type}: ${field} must be ${expected}, received {}.`);
  });

  const required = withFields.filter(({ field, options }) =>
    isRequired(options.fields[field] as Field<unknown>),
  );

  it.each(required)("$name needs $field", ({ field, expected, ...one }) => {
    const { [field]: _, ...others } = necessary(one.options);
    expect(refusal(one, others)).toBe(`${one.type}: ${field} is required: ${expected}.`);
  });

  it.each(cases)("$name is told which options it lacks where it is given none", (one) => {
    const [first] = required.filter(({ name }) => name === one.name);
    if (first !== undefined) {
      expect(refusal(one, undefined)).toBe(`${one.type}: ${first.field} is required: ${first.expected}.`);
    }
  });
});

it("names what may have been meant", () => {
  const mistyped: object = { axis: 1 };
  expect(() => ops.reduceSum(x, mistyped)).toThrow('ReduceSum: unknown option "axis". Did you mean "axes"?');
  expect(() => ops.concat([x], { axis: 0, ...{ axsi: 1 } })).toThrow('Concat: unknown option "axsi".');
});
