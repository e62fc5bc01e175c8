import { expect, it } from "vitest";
import { Attributes, float } from "../graph/attributes.js";
import type { Value } from "../graph/graph.js";
import type { Operator } from "../graph/operator.js";
import { add } from "../ops/add.js";
import { cos } from "../ops/cos.js";
import { exp } from "../ops/exp.js";
import { leakyRelu } from "../ops/leakyRelu.js";
import { mul } from "../ops/mul.js";
import { reduceSum } from "../ops/reduceSum.js";
import { scan } from "../ops/scan/scan.js";
import { sin } from "../ops/sin.js";
import { split } from "../ops/split.js";
import { sub } from "../ops/sub.js";
import { tensor } from "../tensor/tensor.js";
import { varied } from "../testing/varied.js";
import { commonSubexpressions } from "./commonSubexpressions.js";
import { equalConstants } from "./equalConstants.js";
import { rewritten } from "./testing/checkRule.js";

const x = varied([4, 2]);
const rules = () => ({ nodes: [commonSubexpressions()], constant: equalConstants() });

it.each<[string, (v: Value) => Value, string[]]>([
  ["equal nodes", (v) => mul(exp(v), exp(v)), ["Exp", "Mul"]],
  ["equal chains", (v) => mul(sin(exp(v)), cos(sin(exp(v)))), ["Exp", "Sin", "Cos", "Mul"]],
  [
    "nodes with equal attributes and constants",
    (v) => mul(reduceSum(v, { axes: [0] }), reduceSum(v, { axes: [0] })),
    ["ReduceSum", "Mul"],
  ],
  [
    "nodes of several outputs",
    (v) => {
      const [a] = split(v, { axis: 0, sizes: [2, 2] }) as [Value, Value];
      const [, b] = split(v, { axis: 0, sizes: [2, 2] }) as [Value, Value];
      return sub(a, b);
    },
    ["Split", "Sub"],
  ],
])("computes %s once", async (_name, op, types) => {
  expect(await rewritten(rules(), (v) => op(v as Value), x)).toEqual(types);
});

it("tells attributes and the order of inputs apart", async () => {
  const reduced = (v: Value): Value[] => [
    reduceSum(v, { axes: [0] }),
    reduceSum(v, { axes: [0], keepDims: true }),
    reduceSum(v, { axes: [1] }),
  ];
  expect(await rewritten(rules(), (v) => reduced(v as Value), x)).toHaveLength(3);
  const turned = (v: Value): Value[] => [sub(v, 1), sub(1, v), sub(v, 2)];
  expect(await rewritten(rules(), (v) => turned(v as Value), x)).toHaveLength(3);
});

it("leaves nodes that draw random numbers", async () => {
  const operator: Operator = { ...exp.operator, type: "RandomUniformLike" };
  const draw = (v: Value, high: number): Value =>
    mul(v.graph.emit(operator, [v], new Attributes({ high: float(high) }))[0] as Value, 0);
  const build = (v: Value): Value => add(draw(v, 1), draw(v, 1));
  expect(await rewritten(rules(), (v) => build(v as Value), x)).toEqual([
    ...["RandomUniformLike", "Mul", "RandomUniformLike", "Mul", "Add"],
  ]);
});

it("shares inside bodies, and with what is computed before them, but not between bodies", async () => {
  const loop = (v: Value): Value =>
    scan({
      states: [],
      sequences: [v],
      body: (_states, [element]) => {
        const one = exp(element as Value);
        const again = exp(element as Value);
        return { states: [], outputs: [mul(one, again)] };
      },
    }).outputs[0] as Value;
  expect(await rewritten(rules(), (v) => add(loop(v as Value), loop(v as Value)), x)).toEqual([
    ...["Scan", "[Exp Mul]", "Scan", "[Exp Mul]", "Add"],
  ]);
});

it("gives a float attribute's zeros different results", async () => {
  const leaky = (v: Value, alpha: number): Value => leakyRelu(v, { alpha });
  const build = (v: Value): Value[] => [leaky(v, 0), leaky(v, -0), leaky(v, 0)];
  expect(await rewritten(rules(), (v) => build(v as Value), tensor([-1, 1]))).toHaveLength(2);
});
