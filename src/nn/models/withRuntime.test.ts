import { expect, it } from "vitest";
import { nodeRuntime } from "../../engine/runtime/node.js";
import { dense } from "../layers/core/dense.js";
import { input } from "../layers/core/input.js";
import { model } from "./model.js";
import { saveArchitecture } from "./serialize.js";
import { withRuntime } from "./withRuntime.js";

it("is the same network with the same weights, elsewhere", async () => {
  const x = input({ shape: [2], name: "x" });
  const hidden = dense({ units: 3 })(x);
  const net = model({
    inputs: { x },
    outputs: { a: dense({ units: 1 })(hidden), b: dense({ units: 1 })(hidden) },
  });
  net.compile({
    optimizer: { name: "sgd", config: { learningRate: 0.1 } },
    loss: { a: "mse", b: null },
    lossWeights: { a: 2 },
    metrics: { a: "mae" },
  });
  const runtime = nodeRuntime({ threads: 1 });
  const moved = withRuntime(net, runtime);
  expect(saveArchitecture(moved)).toEqual(saveArchitecture(net));
  expect(moved.variables.map(({ variable }) => variable)).toEqual(
    net.variables.map(({ variable }) => variable),
  );
  const before = net.variables[0]?.variable.value.clone();
  await moved.fit({ x: [[1, 2]] }, { a: [[3]] } as never, { epochs: 1 });
  expect(runtime.liveSessions).toBeGreaterThan(0);
  expect(net.variables[0]?.variable.value).not.toEqual(before);
  await moved.dispose();
});

it("need not be compiled", () => {
  const x = input({ shape: [2] });
  const net = model({ inputs: x, outputs: dense({ units: 1 })(x) });
  expect(withRuntime(net, nodeRuntime()).isCompiled).toBe(false);
});
