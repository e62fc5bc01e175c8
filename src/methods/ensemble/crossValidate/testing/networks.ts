import { existsSync, writeFileSync } from "node:fs";
import type { Value } from "../../../../engine/graph/graph.js";
import { Generator } from "../../../../engine/random/generator.js";
import { earlyStopping } from "../../../../nn/callbacks/earlyStopping.js";
import { dense } from "../../../../nn/layers/core/dense.js";
import { input } from "../../../../nn/layers/core/input.js";
import { lambda } from "../../../../nn/layers/core/lambda.js";
import { dropout } from "../../../../nn/layers/regularization/dropout.js";
import { type Model, model } from "../../../../nn/models/model.js";
import type { Callback } from "../../../../nn/training/callback.js";
import type { BuiltNetwork } from "../options.js";

// Networks that tests train here and in workers, which load this file.

export const rows = 30;
const random = new Generator(5);
/** `[rows, 2]`. */
export const x = Array.from({ length: rows }, () => [random.normal(), random.normal()]);
/** `[rows, 1]`. */
export const y = x.map(([a = 0, b = 0]) => [a * b + 0.1 * a]);

/** A small network in which everything takes part that could differ. */
export function build(seed: number): Model {
  const at = input({ shape: [2], name: "x" });
  const hidden = dropout({ rate: 0.2 })(dense({ units: 6, activation: "tanh", name: "hidden" })(at));
  const net = model({ inputs: at, outputs: dense({ units: 1, name: "out" })(hidden), seed });
  net.compile({ optimizer: { name: "adam", config: { learningRate: 0.02 } }, loss: "mse", metrics: ["mae"] });
  return net as Model;
}

/** Another network. */
export function linear(seed: number): Model {
  const at = input({ shape: [2], name: "x" });
  const net = model({ inputs: at, outputs: dense({ units: 1, name: "out" })(at), seed });
  net.compile({ optimizer: "sgd", loss: "mse" });
  return net as Model;
}

/** The seed of a fold where `crossValidate` has the seed 0. */
export const seedOfFold = (fold: number): number =>
  new Generator(0).split("crossValidate").split(fold).uint32();

/** Stops early, and remembers the best weights. */
export function stopping(seed: number): BuiltNetwork {
  return {
    model: build(seed),
    callbacks: [earlyStopping({ monitor: "loss", patience: 1, restoreBestWeights: true })],
  };
}

const atEpoch = (epoch: number, act: () => void): Callback => ({
  name: "atEpoch",
  onEpochBegin: (context) => {
    if (context.epoch === epoch) act();
  },
});

/** The second fold's process is killed in the third epoch, where the file that IMAGO_TEST_FILE names is not there yet. */
export function killed(seed: number): BuiltNetwork {
  const file = process.env.IMAGO_TEST_FILE as string;
  const kill = atEpoch(2, () => {
    if (seed !== seedOfFold(1) || existsSync(file)) return;
    writeFileSync(file, "");
    process.kill(process.pid, "SIGKILL");
  });
  return { model: build(seed), callbacks: [kill] };
}

/** The first fold throws, the second never ends. */
export function troubled(seed: number): BuiltNetwork {
  const trouble = atEpoch(1, () => {
    if (seed === seedOfFold(0)) throw new Error("the first fold is broken");
    if (seed === seedOfFold(1)) for (;;);
  });
  return { model: build(seed), callbacks: [trouble] };
}

/** Cannot be saved. */
export function withLambda(seed: number): Model {
  const at = input({ shape: [2], name: "x" });
  const net = model({
    inputs: at,
    outputs: dense({ units: 1 })(lambda(([value]) => value as Value)(at)),
    seed,
  });
  net.compile({ optimizer: "sgd", loss: "mse" });
  return net as Model;
}

export const notCompiled = (seed: number): Model => {
  const at = input({ shape: [2], name: "x" });
  return model({ inputs: at, outputs: dense({ units: 1 })(at), seed }) as Model;
};
