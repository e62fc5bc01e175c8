import { InferenceSession } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { tensor } from "../../tensor/tensor.js";
import { testRuntime } from "../../testing/evaluate.js";
import { expectClose } from "../../testing/expectClose.js";
import type { ProtoRecord } from "../proto/encode.js";
import { attributeTypes } from "../proto/schema.js";
import { readModel } from "../read/read.js";
import { foreign, node } from "../testing/foreign.js";
import { writeModel } from "../write/write.js";
import { newestOpset } from "./normalize.js";

const whole = (name: string, i: number): ProtoRecord => ({ name, i, type: attributeTypes.int });
const real = (name: string, f: number): ProtoRecord => ({ name, f, type: attributeTypes.float });
const x = tensor([
  [3, -4, 0],
  [1, 2, -2],
]);

async function compute(nodes: ProtoRecord[], initializer: ProtoRecord[] = []) {
  const { graph } = readModel(foreign({ opset: newestOpset, nodes, initializer }));
  const program = await testRuntime().compile(graph, { lower: false });
  const { y } = await program.run({ x });
  await program.dispose();
  return y ?? tensor([]);
}

describe("the newest opset", () => {
  it("is the newest that ONNX Runtime reads", async () => {
    const stamped = (opset: number): Promise<InferenceSession> =>
      InferenceSession.create(foreign({ opset }), { logSeverityLevel: 3 });
    await (await stamped(newestOpset)).release();
    await expect(stamped(newestOpset + 1)).rejects.toThrow(/Current official support/);
  });

  it("has RMS normalisation", async () => {
    const scale = { name: "scale", dims: [3], dataType: 1, floatData: [1, 2, 0.5] };
    const rms = (...attributes: ProtoRecord[]): ProtoRecord[] => [
      node("RMSNormalization", ["x", "scale"], ["y"], attributes),
    ];
    // Mean squares: 25/3 and 3 for the rows; over both axes 34/6.
    const [first, second, both] = [25 / 3 + 0.5, 3 + 0.5, 34 / 6 + 1e-5].map(Math.sqrt) as [
      number,
      number,
      number,
    ];
    expectClose(
      await compute(rms(real("epsilon", 0.5)), [scale]),
      tensor([
        [3 / first, -8 / first, 0],
        [1 / second, 4 / second, -1 / second],
      ]),
    );
    expectClose(
      await compute(rms(whole("axis", 0)), [scale]),
      tensor([
        [3 / both, -8 / both, 0],
        [1 / both, 4 / both, -1 / both],
      ]),
    );
    for (const axis of [2, -3]) {
      await expect(compute(rms(whole("axis", axis)), [scale])).rejects.toThrow(
        `RMSNormalization "y": axis ${axis} is none of the 2 axes of its input`,
      );
    }
  });

  it("has Swish", async () => {
    const swish = (value: number, alpha: number): number => value / (1 + Math.exp(-alpha * value));
    for (const alpha of [1, 0.5, 0]) {
      const attributes = alpha === 1 ? [] : [real("alpha", alpha)];
      const expected = [3, -4, 0, 1, 2, -2].map((value) => swish(value, alpha));
      expectClose(
        await compute([node("Swish", ["x"], ["y"], attributes)]),
        tensor(expected, { shape: [2, 3] }),
      );
    }
  });

  it("is written as opset 21, which knows no rounding of casts", async () => {
    const round = { name: "round_mode", s: new TextEncoder().encode("nearest"), type: attributeTypes.string };
    const nodes = [node("Cast", ["x"], ["y"], [whole("to", 1), round])];
    const bytes = writeModel(readModel(foreign({ opset: newestOpset, nodes })).graph);
    await (await InferenceSession.create(bytes, { logSeverityLevel: 3 })).release();
  });
});
