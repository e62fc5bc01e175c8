import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as architectures from "./architectures.js";
import * as classify from "./classify.js";
import * as data from "./data.js";
import * as distill from "./distill.js";
import * as dream from "./dream.js";
import { shown } from "./engine/errors.js";
import * as ensemble from "./ensemble.js";
import * as filters from "./filters.js";
import * as images from "./images.js";
import * as imago from "./index.js";
import * as models from "./models.js";
import * as onnx from "./onnx.js";
import * as ops from "./ops.js";
import * as runs from "./runs.js";
import * as sequence from "./sequence.js";
import * as style from "./style.js";
import * as table from "./table.js";
import * as tune from "./tune.js";

/** As a program in JavaScript calls what a door opens. */
type Call = (...args: readonly unknown[]) => unknown;
const call = (target: unknown, ...args: readonly unknown[]): unknown => (target as Call)(...args);

const doors = {
  imago,
  architectures,
  classify,
  data,
  distill,
  dream,
  ensemble,
  filters,
  images,
  models,
  onnx,
  ops,
  runs,
  sequence,
  style,
  table,
  tune,
};
const { callbacks, optimizers, schedules, losses, metrics, initializers, regularizers, constraints } = imago;
const groups = { callbacks, optimizers, schedules, losses, metrics, initializers, regularizers, constraints };

const isClass = (target: unknown): boolean => /^class\b/.test(Function.prototype.toString.call(target));

/** What a call throws, now, in a promise, or where its first value is asked for; what it opens is closed. */
async function refusalOf(target: unknown, args: readonly unknown[]): Promise<unknown> {
  try {
    const result: unknown = await call(target, ...args);
    if (typeof result !== "object" || result === null) return undefined;
    if (Symbol.asyncIterator in result) await call(Reflect.get(result, "next").bind(result));
    for (const end of ["finish", "close"]) {
      if (end in result) await call(Reflect.get(result, end).bind(result));
    }
    return undefined;
  } catch (error) {
    return error;
  }
}

const graph = new imago.Graph();
const x = graph.input("x", { dtype: "float32", shape: [2, 3] });
const given = imago.input({ shape: [3], name: "given" });
const network = imago.model({ inputs: { given }, outputs: { y: imago.dense({ units: 1 })(given) } });

const graphless = "must be a Graph, received null.";
const order = 'must be an array of whole numbers, received "a".';

/** Calls, and what is said of them. */
const wrong: readonly (readonly [string, unknown, readonly unknown[], string])[] = [
  ["lower", imago.lower, [null], `lower: graph ${graphless}`],
  [
    "lower",
    imago.lower,
    [graph, null],
    "lower: device must be what a runtime says of its device, received null.",
  ],
  ["cut", imago.cut, [null, { outputs: [] }], `cut: graph ${graphless}`],
  ["printGraph", imago.printGraph, [null], `printGraph: graph ${graphless}`],
  ["writeModel", onnx.writeModel, [null], `writeModel: graph ${graphless}`],
  ["gradients", imago.gradients, [null, []], "gradients: loss must be a value of a graph, received null."],
  [
    "gradients",
    imago.gradients,
    [x, null],
    "gradients: wrt must be an array of values of a graph, received null.",
  ],
  [
    "gradients",
    imago.gradients,
    [x, [5]],
    "gradients: wrt must be an array of values of a graph, received [5].",
  ],
  [
    "inferenceGraph",
    imago.inferenceGraph,
    [null, {}],
    "inferenceGraph: model must be a model, received null.",
  ],
  [
    "inferenceGraph",
    imago.inferenceGraph,
    [network, null],
    "inferenceGraph: shapes must be shapes by the inputs' names, received null.",
  ],
  [
    "stepGraph",
    imago.stepGraph,
    [null],
    "stepGraph: description must be what a step is made of, { functional, variables, heads, optimizer }, received null.",
  ],
  [
    "stepGraph",
    imago.stepGraph,
    [{ functional: network.functional, variables: [], heads: [] }, "trian"],
    'stepGraph: mode must be "train", "evaluate" or "predict", received "trian".',
  ],
  ["transpose", ops.transpose, [x, "a"], `Transpose: permutation ${order}`],
  ["reshape", ops.reshape, [x, "a"], `Reshape: shape ${order}`],
  ["expand", ops.expand, [x, "a"], `Expand: shape ${order}`],
  ["tile", ops.tile, [x, "a"], `Tile: repeats ${order}`],
  ["squeeze", ops.squeeze, [x, "a"], `Squeeze: axes ${order}`],
  ["unsqueeze", ops.unsqueeze, [x, "a"], `Unsqueeze: axes ${order}`],
  ...[{ separator: ";" }, null, 5, [], ""].flatMap((path) =>
    Object.entries({
      csvFileLogger: callbacks.csvFileLogger,
      jsonLinesFileLogger: callbacks.jsonLinesFileLogger,
    }).map(
      ([name, target]) =>
        [name, target, [path], `${name}: path must be the name of a file, received ${shown(path)}.`] as const,
    ),
  ),
  ["lossFrom", losses.lossFrom, [5, () => x], "lossFrom: name must be a text, received 5."],
  ["lossFrom", losses.lossFrom, [null, () => x], "lossFrom: name must be a text, received null."],
  ["lossFrom", losses.lossFrom, ["mine", 5], 'lossFrom "mine": emit must be a function, received 5.'],
  ["lossFrom", losses.lossFrom, ["mine"], 'lossFrom "mine": emit is required: a function.'],
  ["bitShift", ops.bitShift, [x, x, null], "BitShift: direction must be a text, received null."],
];

describe("what a door opens", () => {
  it.each(wrong)("%s says what it was given wrongly", (_name, target, args, message) => {
    expect(() => call(target, ...args)).toThrow(new imago.ImagoError(message));
  });

  /** What doors and their groups open, by name. */
  const functions = Object.entries({ ...doors, ...groups }).flatMap(([door, all]) =>
    Object.entries(all)
      .filter(([, target]) => typeof target === "function" && !isClass(target))
      .map(([name, target]) => [`${door} ${name}`, target] as const),
  );

  it.each([[[]], [[null]], [[3]], [["x"]], [["x", null]], [[undefined, null, null, null]]])(
    "refuses %j in its own words, whatever is called",
    async (args) => {
      const before = process.cwd();
      // Some begin what writes to a folder here.
      const folder = await mkdtemp(join(tmpdir(), "imago-"));
      process.chdir(folder);
      try {
        const odd: string[] = [];
        for (const [name, target] of functions) {
          const refusal = await refusalOf(target, args);
          if (refusal !== undefined && !(refusal instanceof imago.ImagoError))
            odd.push(`${name}: ${refusal}`);
        }
        expect(odd).toEqual([]);
      } finally {
        process.chdir(before);
        await rm(folder, { recursive: true, force: true });
      }
    },
  );

  it.each([
    [null, "type must be { dtype, shape }, received null."],
    [5, "type must be { dtype, shape }, received 5."],
    ["x", 'type must be { dtype, shape }, received "x".'],
    [[], "type must be { dtype, shape }, received []."],
    [undefined, "type is required: { dtype, shape }."],
    [{ dtype: "float32" }, "shape is required: an array of sizes."],
    [{ dtype: "float32", shape: [-1] }, "shape[0] must be a whole number from 0, received -1."],
  ])("graph.input takes a type, not %j", (type, message) => {
    const empty = new imago.Graph();
    const declare = empty.input.bind(empty);
    expect(() => call(declare, "x", type)).toThrow(new imago.ImagoError(`graph input "x": ${message}`));
    expect(empty.inputs).toEqual([]);
    // The name is still free.
    expect(empty.input("x", { dtype: "float32", shape: [] }).name).toBe("x");
  });

  it("graph.input names the element types that there are", () => {
    const declare = graph.input.bind(graph);
    expect(() => call(declare, "y", { dtype: "float", shape: [] })).toThrow(
      'graph input "y": dtype must be "float32"',
    );
  });
});
