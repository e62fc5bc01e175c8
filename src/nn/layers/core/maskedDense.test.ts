import { expect, it } from "vitest";
import { Tensor } from "../../../engine/tensor/tensor.js";
import { model } from "../../models/model.js";
import { input } from "./input.js";
import { maskedDense } from "./maskedDense.js";

const predict = async (
  network: { predict(x: never): Promise<unknown> },
  x: readonly number[],
): Promise<number[]> => {
  const rows = new Tensor("float32", [1, x.length], Float32Array.from(x));
  return [...((await network.predict(rows as never)) as Tensor<"float32">).data];
};

it("lets each output depend on what comes before it, and on nothing else", async () => {
  // Two features that all may see, and four that are predicted in turn.
  const x = input({ shape: [6] });
  const inputDegrees = [0, 0, 1, 2, 3, 4];
  const hidden = [0, 1, 2, 3, 0, 1, 2, 3];
  const inner = maskedDense({ inputDegrees, degrees: hidden, activation: "tanh" })(x);
  const y = maskedDense({ inputDegrees: hidden, degrees: [1, 2, 3, 4], strict: true })(inner);
  const network = model({ inputs: x, outputs: y, seed: 2 });
  const base = [0.3, -0.2, 0.5, 0.1, -0.4, 0.2];
  const before = await predict(network, base);
  for (let feature = 0; feature < 6; feature++) {
    const changed = base.with(feature, 2);
    const after = await predict(network, changed);
    const seen = after.map((value, at) => value !== before[at]);
    const degree = inputDegrees[feature] as number;
    expect(seen).toEqual([1, 2, 3, 4].map((own) => own > degree));
  }
  await network.dispose();
});

it("computes by its mask", async () => {
  const x = input({ shape: [2] });
  const options = {
    inputDegrees: [1, 2],
    degrees: [1, 2],
    kernelInitializer: "ones",
    biasInitializer: "ones",
  } as const;
  const network = model({ inputs: x, outputs: maskedDense(options)(x) });
  expect(await predict(network, [3, 5])).toEqual([4, 9]);
  const strict = model({ inputs: x, outputs: maskedDense({ ...options, strict: true })(x) });
  expect(await predict(strict, [3, 5])).toEqual([1, 4]);
  await network.dispose();
  await strict.dispose();
});

it("refuses what does not fit", () => {
  const options = { inputDegrees: [0, 1], degrees: [1] };
  expect(() => maskedDense({ ...options, degree: [1] } as never)).toThrow('Did you mean "degrees"?');
  expect(() => maskedDense({ ...options, degrees: [-1] })).toThrow("degrees");
  expect(() => maskedDense(options)(input({ shape: [3] }))).toThrow(
    "expected (batch, …, 2), a feature for each of inputDegrees, received",
  );
});
