import { describe, expect, it } from "vitest";
import { type ActivationInfo, suggestStyleLayers } from "./suggestLayers.js";

const activation = (name: string, operator: string, side: number): ActivationInfo => ({
  name,
  operator,
  shape: [1, 8, side, side],
});

describe("suggestStyleLayers", () => {
  it("takes the first layer and the ends of blocks", () => {
    const blocks = [1, 2, 3, 4].flatMap((block) => [
      activation(`squeeze${block}`, "Relu", 55),
      activation(`fire${block}`, "Concat", 55),
    ]);
    const all = [activation("conv", "Conv", 111), activation("relu", "Relu", 111), ...blocks];
    expect(suggestStyleLayers(all)).toEqual({
      content: "fire3",
      style: ["relu", "fire1", "fire2", "fire3", "fire4"],
    });
  });

  it("takes eight of many, from the first to the last that sees places", () => {
    const layers = Array.from({ length: 20 }, (_, index) => activation(`r${index}`, "Relu", 40 - 2 * index));
    const found = suggestStyleLayers(layers);
    expect(found?.style).toHaveLength(8);
    expect([found?.style[0], found?.style.at(-1)]).toEqual(["r0", "r16"]);
    expect(found?.style).toContain(found?.content);
  });

  it("finds nothing where there are no places", () => {
    expect(suggestStyleLayers([{ name: "scores", operator: "Gemm", shape: [1, 10] }])).toBeUndefined();
    expect(suggestStyleLayers([activation("deep", "Relu", 3)])).toBeUndefined();
  });
});
