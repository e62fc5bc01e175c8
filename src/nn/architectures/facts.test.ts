import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Model } from "../models/model.js";
import * as architectures from "./index.js";
import { kerasOrder } from "./testing/kerasOrder.js";

/** Name, class, output's shape without batch, indices of the layers that feed it, weights' shapes. */
type Row = readonly [string, string, readonly number[], readonly number[], (readonly (readonly number[])[])?];

interface Facts {
  readonly input: readonly [number, number, number];
  readonly weights: number;
  readonly trainable: number;
  readonly tensors: number;
  readonly withoutTop: number;
  readonly withoutTopOutputAt96: readonly number[];
  readonly withTenClasses: number;
  readonly layerCount: number;
  readonly sha256OfNamesAndShapes: string;
  readonly layers: readonly Row[];
}

const path = new URL("../../../goldens/architectures/facts.json", import.meta.url);
const { _, ...facts } = JSON.parse(readFileSync(path, "utf8")) as Record<string, Facts>;

const { vgg16, vgg19, resNet, inceptionV3, xception, mobileNetV2, denseNet121 } = architectures;
type Make = (options?: architectures.ArchitectureOptions) => Model;

const networks: Readonly<Record<string, Make>> = {
  VGG16: vgg16,
  VGG19: vgg19,
  ResNet50: (options) => resNet({ ...options, depth: 50 }),
  ResNet101: (options) => resNet({ ...options, depth: 101 }),
  ResNet152: (options) => resNet({ ...options, depth: 152 }),
  ResNet50V2: (options) => resNet({ ...options, depth: 50, version: 2 }),
  ResNet101V2: (options) => resNet({ ...options, depth: 101, version: 2 }),
  ResNet152V2: (options) => resNet({ ...options, depth: 152, version: 2 }),
  InceptionV3: inceptionV3,
  Xception: xception,
  MobileNetV2: mobileNetV2,
  DenseNet121: denseNet121,
};

/** Keras's classes whose names do not follow from ours. */
const classes: Readonly<Record<string, string>> = {
  InputLayer: "input",
  ReLU: "relu",
};

const typeOf = (name: string): string =>
  classes[name] ?? `${name[0]?.toLowerCase()}${name.slice(1).replace("2D", "2d")}`;

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

function count({ variables }: Model): number {
  return variables.reduce((sum, { variable }) => sum + sizeOf(variable.shape), 0);
}

/** A model as Keras's facts have it. */
function rowsOf(model: Model): unknown[] {
  const calls = kerasOrder(model);
  return calls.map((call) => {
    const { layer, inputs, outputs } = call;
    const shape = outputs[0]?.shape.slice(1);
    const from = inputs.map((tensor) => calls.indexOf(tensor.call));
    const weights = layer.variables.map((variable) => variable.shape);
    const row = [model.functional.nameOf.get(layer), layer.type, shape, from];
    return weights.length === 0 ? row : [...row, weights];
  });
}

it("there are facts of every network", () => {
  expect(Object.keys(facts).sort()).toEqual(Object.keys(networks).sort());
});

describe.each(Object.entries(facts))("%s", (name, fact) => {
  const make = networks[name] as Make;

  it("has Keras's layers, names, shapes and weights", () => {
    const model = make();
    expect(model.inputs[0]?.tensor.shape).toEqual([null, ...fact.input]);
    const expected = fact.layers.map(([layer, type, ...rest]) => [layer, typeOf(type), ...rest]);
    const rows = rowsOf(model);
    expect(rows).toEqual(expected);
    expect(model.layers.length).toBe(fact.layerCount);
    expect(count(model)).toBe(fact.weights);
    expect(model.variables.length).toBe(fact.tensors);
    const trainable = model.variables.filter((one) => one.trainable && one.variable.trainable);
    expect(trainable.reduce((sum, { variable }) => sum + sizeOf(variable.shape), 0)).toBe(fact.trainable);
    const canonical = JSON.stringify((rows as unknown[][]).map(([layer, , shape]) => [layer, shape]));
    expect(createHash("sha256").update(canonical).digest("hex")).toBe(fact.sha256OfNamesAndShapes);
  });

  it("has Keras's weights without top and with ten classes", () => {
    const bare = make({ includeTop: false, inputShape: [96, 96, 3] });
    expect(count(bare)).toBe(fact.withoutTop);
    expect(bare.outputs[0]?.tensor.shape).toEqual([null, ...fact.withoutTopOutputAt96]);
    expect(count(make({ classes: 10 }))).toBe(fact.withTenClasses);
  });

  it("takes open sizes without the top, and gives features or one number a channel", () => {
    const channels = fact.withoutTopOutputAt96.at(-1);
    const shapeOf = (options: architectures.ArchitectureOptions) =>
      make({ includeTop: false, ...options }).outputs[0]?.tensor.shape;
    expect(shapeOf({})).toEqual([null, null, null, channels]);
    expect(shapeOf({ inputShape: [null, 128, 1], pooling: "avg" })).toEqual([null, channels]);
    expect(shapeOf({ inputShape: [128, null, 4], pooling: "max" })).toEqual([null, channels]);
  });
});
