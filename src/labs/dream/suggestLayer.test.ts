import { expect, it } from "vitest";
import { type ActivationInfo, suggestLayer } from "./suggestLayer.js";

const activation = (name: string, operator: string, side = 13): ActivationInfo => ({
  name,
  operator,
  shape: [1, 8, side, side],
});

it("takes the end of a block far into the network", () => {
  const blocks = [2, 3, 4, 5, 6, 7, 8, 9].flatMap((fire) => [
    activation(`fire${fire}/relu`, "Relu"),
    activation(`fire${fire}`, "Concat"),
  ]);
  expect(suggestLayer([activation("conv1", "Conv"), ...blocks])).toBe("fire8");
});

it("takes a layer where there are no blocks", () => {
  const plain = [1, 2, 3, 4, 5, 6].map((layer) => activation(`relu${layer}`, "Relu"));
  expect(suggestLayer([...plain, activation("joined", "Concat")])).toBe("relu5");
});

it("takes only what has positions", () => {
  const pooled = activation("pooled", "Relu", 1);
  expect(suggestLayer([activation("a", "Sigmoid"), pooled, pooled, pooled])).toBe("a");
  expect(suggestLayer([{ name: "scores", operator: "Gemm", shape: [1, 10] }])).toBeUndefined();
});
