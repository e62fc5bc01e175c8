import { expect, it } from "vitest";
import { type ActivationInfo, suggestLayer } from "./suggestLayer.js";
import { suggestLayers } from "./suggestLayers.js";

const activation = (name: string, operator: string, side = 13): ActivationInfo => ({
  name,
  operator,
  shape: [1, 8, side, side],
});
const blocks = Array.from({ length: 16 }, (_, block) => [
  activation(`block${block}/relu`, "Relu"),
  activation(`block${block}`, "Add"),
]).flat();

it("spreads layers over the depth of the network, and has the one that is taken alone", () => {
  const names = suggestLayers(blocks);
  expect(names).toEqual(["block0", "block3", "block6", "block9", "block12", "block15"]);
  expect(names).toContain(suggestLayer(blocks));
  expect(suggestLayers(blocks, 2)).toEqual(["block0", "block15"]);
  expect(suggestLayers(blocks, 1)).toEqual(["block0"]);
});

it("takes all of a small network, and only what has positions", () => {
  const small = [activation("a", "Relu"), activation("b", "Relu"), activation("pooled", "Relu", 1)];
  expect(suggestLayers(small)).toEqual(["a", "b"]);
  expect(suggestLayers([{ name: "scores", operator: "Gemm", shape: [1, 10] }])).toEqual([]);
  expect(() => suggestLayers(small, 0)).toThrow(
    "suggestLayers: count must be a whole number from 1 to 1000, received 0.",
  );
});
