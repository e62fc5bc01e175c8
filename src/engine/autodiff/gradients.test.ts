import { describe, expect, expectTypeOf, it } from "vitest";
import { Graph, type Value } from "../graph/graph.js";
import { verify } from "../graph/verify.js";
import { add } from "../ops/add.js";
import { cast } from "../ops/cast.js";
import { exp } from "../ops/exp.js";
import { floor } from "../ops/floor.js";
import { matMul } from "../ops/matMul.js";
import { mul } from "../ops/mul.js";
import { reduceMean } from "../ops/reduceMean.js";
import { reduceSum } from "../ops/reduceSum.js";
import { scan } from "../ops/scan/scan.js";
import { sin } from "../ops/sin.js";
import { split } from "../ops/split.js";
import { sub } from "../ops/sub.js";
import { tanh } from "../ops/tanh.js";
import { topK } from "../ops/topK.js";
import { Tensor, tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluate, evaluateOne } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { varied } from "../testing/varied.js";
import { gradients } from "./gradients.js";

const vector = tensor([1, 2, 3], { dtype: "float64" });

it("gives a tuple as long as that of the values", () => {
  const graph = new Graph();
  const [x, w] = [graph.input("x", vector), graph.input("w", vector)];
  const loss = mul(x, w);
  expectTypeOf(gradients(loss, [x])).toEqualTypeOf<[Value]>();
  expectTypeOf(gradients(loss, [x, w])).toEqualTypeOf<[Value, Value]>();
  const all: readonly Value[] = graph.inputs;
  expectTypeOf(gradients(loss, all)).toEqualTypeOf<Value[]>();
  expectTypeOf(gradients(loss, [x, ...all])).toEqualTypeOf<[Value, ...Value[]]>();
  expect(gradients(loss, [])).toEqual([]);
  expect(gradients(loss, [w, x, w]).map(({ type }) => type)).toEqual([w.type, x.type, w.type]);
});

describe("accumulation", () => {
  it("adds what comes back from every use", async () => {
    const gradient = (x: Value): Value => {
      const y = mul(x, x);
      return gradients(add(add(y, mul(y, x)), x), [x])[0];
    };
    // x² + x³ + x
    expectClose(await evaluateOne(gradient, vector), tensor([1, 2, 3].map((x) => 2 * x + 3 * x * x + 1)));
  });

  it("counts a value that one node takes twice", async () => {
    expectClose(await evaluateOne((x) => gradients(add(x, x), [x])[0], vector), [2, 2, 2]);
  });

  it("grows with the number of uses, not of paths", () => {
    const graph = new Graph();
    const x = graph.input("x", { dtype: "float64", shape: [] });
    let y: Value = x;
    for (let step = 0; step < 60; step++) y = add(y, y);
    const before = graph.nodes.length;
    gradients(y, [x]);
    expect(graph.nodes.length - before).toBeLessThan(120);
  });

  it("sums what was broadcast, down to each input's shape", async () => {
    const build = (...inputs: Value[]): Value[] => {
      const [a, b, c] = inputs as [Value, Value, Value];
      return gradients(mul(add(a, b), c), inputs).map((gradient, index) => {
        expect(gradient.type).toEqual((inputs[index] as Value).type);
        return gradient;
      });
    };
    const [a, b, c] = [varied([2, 3]), varied([3]), varied([2, 1])];
    const results = await evaluate(build, a, b, c);
    const [[a0, a1, a2, a3, a4, a5], [b0, b1, b2], [c0, c1]] = [a, b, c].map(({ data }) => [...data]) as [
      number[],
      number[],
      number[],
    ];
    const bias = b0! + b1! + b2!;
    expectClose(results[0]!, [
      [c0!, c0!, c0!],
      [c1!, c1!, c1!],
    ]);
    expectClose(results[1]!, [c0! + c1!, c0! + c1!, c0! + c1!]);
    expectClose(results[2]!, [[a0! + a1! + a2! + bias], [a3! + a4! + a5! + bias]]);
  });
});

describe("what is wanted", () => {
  it("may not be reached: then the gradient is zeros", async () => {
    const build = (x: Value, other: Value): Value[] => gradients(exp(x), [other, x]);
    const [zeros, reached] = await evaluate(build as never, vector, varied([2, 2]));
    expectClose(zeros!, Tensor.zeros([2, 2], "float64"));
    expectClose(reached!, [1, 2, 3].map(Math.exp));
  });

  it("may be the loss, a constant, a result in the middle, or twice the same", async () => {
    const build = (x: Value): Value[] => {
      const weight = x.graph.constant(tensor([2, 3, 4], { dtype: "float64" }));
      const middle = mul(x, weight);
      const loss = mul(middle, middle);
      return gradients(loss, [loss, weight, middle, x, x]);
    };
    const results = await evaluate(build as never, vector);
    expectClose(results[0]!, [1, 1, 1]);
    expectClose(results[1]!, [4, 24, 72]);
    expectClose(results[2]!, [4, 12, 24]);
    expectClose(results[3]!, [8, 36, 96]);
    expectClose(results[4]!, [8, 36, 96]);
  });

  it("limits what is emitted: nothing for inputs that are not asked for", () => {
    const graph = new Graph();
    const [x, w] = ["x", "w"].map((name) => graph.input(name, { dtype: "float32", shape: [2, 2] })) as [
      Value,
      Value,
    ];
    const loss = reduceSum(matMul(x, w));
    gradients(loss, [w]);
    const products = graph.nodes.filter((node) => node.operator.type === "MatMul");
    // Every product that a rule emits besides is left to be cut.
    expect(products.length).toBeLessThanOrEqual(3);
    verify(graph, "gradients");
  });

  it("sums a loss that is no scalar", async () => {
    const whole = (x: Value): Value => gradients(mul(x, x), [x])[0];
    const summed = (x: Value): Value => gradients(reduceSum(mul(x, x)), [x])[0];
    expectClose(await evaluateOne(whole, vector), await evaluateOne(summed, vector));
  });

  it("refuses integers and values of other graphs", () => {
    const [graph, other] = [new Graph(), new Graph()];
    const x = graph.input("x", { dtype: "float32", shape: [] });
    const count = graph.input("count", { dtype: "int64", shape: [] });
    const stranger = other.input("stranger", { dtype: "float32", shape: [] });
    expect(() => gradients(exp(x), [count])).toThrow(
      "gradients: expected floating-point values, received %count: int64",
    );
    expect(() => gradients(count, [x])).toThrow("received %count: int64");
    expect(() => gradients(exp(x), [stranger])).toThrow(
      "gradients: %stranger is of another graph than the loss",
    );
  });
});

describe("operators without a gradient", () => {
  /** An operator that says why it has none. */
  const blocked = (x: Value): Value =>
    x.graph.emit({ ...exp.operator, gradient: { none: "it is only a test" } }, [x], undefined, {
      node: "blocker",
    })[0] as Value;

  it("are named when a gradient must pass", () => {
    const graph = new Graph();
    const x = graph.input("x", { dtype: "float32", shape: [2] });
    expect(() => gradients(mul(blocked(x), x), [x])).toThrow(
      'Exp "blocker" has no gradient (it is only a test), and a gradient must pass through it',
    );
  });

  it("do no harm beside the way", async () => {
    const beside = (x: Value, w: Value): Value => gradients(mul(blocked(x), w), [w])[0];
    expectClose(await evaluateOne(beside as never, vector, vector), [1, 2, 3].map(Math.exp));
    const unused = (x: Value): Value => {
      blocked(x);
      return gradients(mul(x, 2), [x])[0];
    };
    expectClose(await evaluateOne(unused, vector), [2, 2, 2]);
  });

  it("end at integers, and at steps whose gradient is zero", async () => {
    const build = (x: Value): Value[] => [
      ...gradients(add(x, cast(cast(x, "int64"), "float64")), [x]),
      ...gradients(floor(x), [x]),
    ];
    const [through, step] = await evaluate(build as never, vector);
    expectClose(through!, [1, 1, 1]);
    expectClose(step!, [0, 0, 0]);
  });
});

it("gives rules zeros for outputs that no gradient reaches", async () => {
  const build = (x: Value): Value => {
    const [, second] = split(x, { axis: 0, sizes: [1, 2] }) as [Value, Value];
    return gradients(mul(second, second), [x])[0];
  };
  expectClose(await evaluateOne(build, vector), [0, 4, 6]);
  const largest = (x: Value): Value => gradients(topK(x, { k: 1 }).values, [x])[0];
  expectClose(await evaluateOne(largest, vector), [0, 0, 1]);
});

it("checks what a rule gives", () => {
  const graph = new Graph();
  const x = graph.input("x", { dtype: "float32", shape: [2, 3] });
  const operator = { ...exp.operator, gradient: () => [reduceSum(x)] };
  const [y] = graph.emit(operator, [x], undefined, { node: "broken" }) as [Value];
  expect(() => gradients(y, [x])).toThrow(
    'gradient of Exp "broken": the gradient for %x is float32[], expected float32[2, 3]',
  );
});

/** Two layers and a squared error. */
function mlpLoss(x: Value, w: Value, b: Value, v: Value): Value {
  const error = sub(matMul(tanh(add(matMul(x, w), b)), v), 0.5);
  return reduceMean(mul(error, error));
}
const point = [varied([4, 3]), varied([3, 5]), varied([5]), varied([5, 2])] as const;

describe("derivatives of derivatives", () => {
  it("agree with differences for a network", async () => {
    await checkGradient(mlpLoss as never, point, { second: true });
  });

  it("of a third order are right", async () => {
    const third = (x: Value): Value => {
      let derivative = sin(mul(x, 2));
      for (let order = 0; order < 3; order++) derivative = gradients(derivative, [x])[0];
      return derivative;
    };
    expectClose(
      await evaluateOne(third, vector),
      tensor(
        [1, 2, 3].map((x) => -8 * Math.cos(2 * x)),
        { dtype: "float64" },
      ),
    );
  });

  it("give products of the Hessian with vectors", async () => {
    const direction = varied([3, 5]);
    const firstOrder = (...inputs: Value[]): Value => {
      const [x, w, b, v] = inputs as [Value, Value, Value, Value];
      return gradients(mlpLoss(x, w, b, v), [w])[0];
    };
    const product = (...inputs: Value[]): Value =>
      gradients(mul(firstOrder(...inputs), direction), [inputs[1] as Value])[0];
    const step = 1e-5;
    const moved = async (by: number): Promise<Tensor> => {
      const w = point[1].clone();
      w.data.forEach((value, index) => {
        w.data[index] = value + by * (direction.data[index] as number);
      });
      return evaluateOne(firstOrder, point[0], w, point[2], point[3]);
    };
    const [ahead, behind] = [await moved(step), await moved(-step)];
    const measured = Float64Array.from(
      ahead.data as Float64Array,
      (value, index) => (value - Number(behind.data[index])) / (2 * step),
    );
    const actual = await evaluateOne(product, ...point);
    expectClose(actual, new Tensor("float64", [3, 5], measured), { relative: 1e-6, absolute: 1e-8 });
  });
});

it("passes through what the body of a loop captures, at every order", async () => {
  const loop = (x: Value, w: Value): Value => {
    const scaled = mul(w, w);
    const { states, outputs } = scan({
      states: [w],
      sequences: [x],
      body: ([state], [element]) => {
        const next = tanh(add(mul(state as Value, scaled), mul(element as Value, w)));
        return { states: [next], outputs: [mul(next, scaled)] };
      },
    });
    return add(reduceSum(outputs[0] as Value, { axes: [0] }), states[0] as Value);
  };
  await checkGradient(loop as never, [varied([4, 3]), varied([3])], { second: true });
});
