import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { readModel } from "../../engine/onnx/read/read.js";
import { Tensor, tensor } from "../../engine/tensor/tensor.js";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { expectClose } from "../../engine/testing/expectClose.js";
import { input } from "../layers/core/input.js";
import { bidirectional } from "../layers/recurrent/bidirectional.js";
import { gru } from "../layers/recurrent/gru.js";
import { lstm } from "../layers/recurrent/lstm.js";
import { simpleRNN } from "../layers/recurrent/simpleRNN.js";
import { exportOnnx } from "./exportOnnx.js";
import { type Model, model } from "./model.js";

const runtime = testRuntime();
const rnn = { units: 2, stateful: true } as const;
const steps = [4, 3];

/** A model of a batch of two, made anew each time. */
const nets: Readonly<Record<string, () => Model>> = {
  simpleRNN() {
    const x = input({ shape: steps, batchSize: 2 });
    return model({ inputs: { x }, outputs: { y: simpleRNN(rnn)(x) }, runtime }) as Model;
  },
  lstm() {
    const x = input({ shape: steps, batchSize: 2 });
    return model({ inputs: { x }, outputs: { y: lstm(rnn)(x) }, runtime }) as Model;
  },
  "gru with sequences, of a few steps"() {
    const x = input({ shape: [2, 3], batchSize: 2 });
    return model({
      inputs: { x },
      outputs: { y: gru({ ...rnn, returnSequences: true })(x) },
      runtime,
    }) as Model;
  },
  bidirectional() {
    const x = input({ shape: steps, batchSize: 2 });
    return model({ inputs: { x }, outputs: { y: bidirectional({ layer: lstm(rnn) })(x) }, runtime }) as Model;
  },
  "a model inside a model"() {
    const inner = input({ shape: steps, batchSize: 2 });
    const layer = model({ inputs: inner, outputs: gru(rnn)(inner), runtime }).asLayer();
    const x = input({ shape: steps, batchSize: 2 });
    return model({ inputs: { x }, outputs: { y: layer(x) }, runtime }) as Model;
  },
  "one layer, called twice"() {
    const x = input({ shape: steps, batchSize: 2 });
    const layer = lstm({ ...rnn, units: 3, returnSequences: true });
    return model({ inputs: { x }, outputs: { y: layer(layer(x)) }, runtime }) as Model;
  },
};

/** Data for the run of that number. */
function data(net: Model, run: number): Tensor<"float32"> {
  const shape = net.inputs[0]?.tensor.shape as number[];
  const size = shape.reduce((a, b) => a * b, 1);
  return tensor(
    Array.from({ length: size }, (_, at) => Math.sin(at * (run + 1))),
    { shape },
  );
}

const predicted = async (net: Model, run: number): Promise<Tensor> => {
  const results = (await net.predict({ x: data(net, run) })) as Record<string, Tensor>;
  return results.y as Tensor;
};
const tolerance = { relative: 1e-5, absolute: 1e-6 };

describe.each(Object.keys(nets))("a stateful network: %s", (name) => {
  it("is exported as it begins, whatever ran before", async () => {
    const net = nets[name]?.() as Model;
    const before = exportOnnx(net);
    const first = await predicted(net, 0);
    await predicted(net, 1);
    expect(exportOnnx(net)).toEqual(before);
    expect(readModel(before).metadata["imago.states"]).toBe("zeros");
    const session = await InferenceSession.create(before, { logSeverityLevel: 3 });
    const x = data(net, 0);
    for (let run = 0; run < 2; run++) {
      const { y } = await session.run({ x: new OrtTensor("float32", x.data, [...x.shape]) });
      expectClose(new Tensor("float32", [...(y?.dims ?? [])], y?.data as Float32Array), first, tolerance);
    }
    await session.release();
    await net.dispose();
  });

  it("gives its states to those who run it, if they are asked for", async () => {
    const net = nets[name]?.() as Model;
    const bytes = exportOnnx(net, { states: "inputs" });
    expect(readModel(bytes).metadata["imago.states"]).toBe("inputs");
    const session = await InferenceSession.create(bytes, { logSeverityLevel: 3 });
    const paths = net.variables.filter(({ variable }) => variable.isState);
    expect(session.inputNames).toEqual(["x", ...paths.map(({ path }) => path)]);
    let states = Object.fromEntries(
      paths.map(({ path, variable: { shape } }) => [
        path,
        new OrtTensor("float32", Tensor.zeros(shape).data, [...shape]),
      ]),
    );
    for (let run = 0; run < 3; run++) {
      const x = data(net, run);
      const { y, ...next } = await session.run({
        x: new OrtTensor("float32", x.data, [...x.shape]),
        ...states,
      });
      const found = new Tensor("float32", [...(y?.dims ?? [])], y?.data as Float32Array);
      expectClose(found, await predicted(net, run), tolerance);
      states = Object.fromEntries(paths.map(({ path }) => [path, next[`next/${path}`] as never]));
    }
    await session.release();
    await net.dispose();
  });
});

it("says nothing of states where there are none, and refuses other words", () => {
  const x = input({ shape: steps });
  const net = model({ inputs: { x }, outputs: { y: lstm({ units: 2 })(x) }, runtime });
  expect(readModel(exportOnnx(net), { batch: 1 }).metadata).not.toHaveProperty("imago.states");
  expect(() => exportOnnx(net, { states: "kept" as never })).toThrow(
    'exportOnnx: states must be "zeros" or "inputs"',
  );
});
