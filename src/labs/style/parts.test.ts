import { describe, expect, it } from "vitest";
import { Tensor, tensor } from "../../engine/tensor/tensor.js";
import { checkGradient } from "../../engine/testing/checkGradient.js";
import { evaluateOne } from "../../engine/testing/evaluate.js";
import { expectClose } from "../../engine/testing/expectClose.js";
import { varied } from "../../engine/testing/varied.js";
import { greyOf, matchedGrey, withColoursOf } from "./colours.js";
import { gramMatrix } from "./gramMatrix.js";
import { strip } from "./interpolate.js";
import { parseStyleLayer } from "./parseLayer.js";
import { regionWeights } from "./regionWeights.js";
import { totalVariation } from "./totalVariation.js";

describe("gramMatrix", () => {
  const activation = tensor([1, 2, 3, 4, 5, 6, 7, 8], { shape: [1, 2, 2, 2] });

  it("is the products of channels, divided by positions", async () => {
    const found = await evaluateOne((x) => gramMatrix(x), activation);
    expectClose(found, [
      [30 / 4, 70 / 4],
      [70 / 4, 174 / 4],
    ]);
  });

  it("with weights counts some positions only", async () => {
    const half = Float32Array.of(1, 1, 0, 0);
    const found = await evaluateOne((x) => gramMatrix(x, half), activation);
    expectClose(found, [
      [5 / 2, 17 / 2],
      [17 / 2, 61 / 2],
    ]);
  });

  it("refuses what is no image, and weights of 0", async () => {
    await expect(evaluateOne((x) => gramMatrix(x), [[1, 2]])).rejects.toThrow(
      "gramMatrix: expected one image [1, channels, height, width], received float32[1, 2]",
    );
    await expect(evaluateOne((x) => gramMatrix(x, new Float32Array(4)), activation)).rejects.toThrow(
      "the weights are 0 at every position",
    );
  });
});

describe("totalVariation", () => {
  it("is the mean square of differences down and across", async () => {
    const pixels = tensor([0, 1, 3, 2, 5, 7], { shape: [1, 1, 2, 3] });
    const down = (4 + 16 + 16) / 3;
    const across = (1 + 4 + 9 + 4) / 4;
    expectClose(await evaluateOne((x) => totalVariation(x), pixels), down + across);
  });

  it("has the gradient of its differences", async () => {
    await checkGradient((x) => totalVariation(x), [varied([1, 3, 4, 5])]);
  });
});

describe("regionWeights", () => {
  it("averages a mask over what each position stands for", () => {
    const mask = tensor([
      [1, 1, 0, 0],
      [1, 0, 0, 0],
    ]);
    expect([...regionWeights(mask, { height: 1, width: 2 })]).toEqual([0.75, 0]);
    expect([...regionWeights(mask, { height: 2, width: 4 })]).toEqual([1, 1, 0, 0, 1, 0, 0, 0]);
  });

  it("repeats a mask that is smaller than the layer", () => {
    expect([...regionWeights(tensor([[1, 0]]), { height: 2, width: 4 })]).toEqual([1, 1, 0, 0, 1, 1, 0, 0]);
  });
});

describe("colours", () => {
  const image = new Tensor("float32", [1, 3, 1, 2], Float32Array.of(200, 10, 100, 20, 50, 30));

  it("come back to a picture of another lightness", () => {
    const lighter = new Tensor(
      "float32",
      image.shape,
      image.data.map((value) => value + 10),
    );
    expectClose(withColoursOf(greyOf(lighter), image), lighter, { absolute: 1e-3 });
  });

  it("leave grey, with lightness and contrast of another image", () => {
    const style = new Tensor("float32", [1, 3, 1, 2], Float32Array.of(10, 20, 10, 20, 10, 20));
    const [dark, light] = greyOf(image).data;
    const found = matchedGrey(style, image);
    expectClose(
      found,
      new Tensor(
        "float32",
        [1, 3, 1, 2],
        Float32Array.of(
          light as number,
          dark as number,
          light as number,
          dark as number,
          light as number,
          dark as number,
        ),
      ),
      { absolute: 1e-3 },
    );
    const flat = Tensor.full([1, 3, 1, 2], 7);
    expect(matchedGrey(flat, image).data[0]).toBeCloseTo(((dark as number) + (light as number)) / 2, 3);
  });
});

describe("strip", () => {
  it("sets pictures side by side, with white between", () => {
    const found = strip([Tensor.full([2, 1, 3], 10), Tensor.full([2, 2, 3], 20)], 1);
    expect(found.shape).toEqual([2, 4, 3]);
    const row = [10, 255, 20, 20].flatMap((value) => [value, value, value]);
    expect([...found.data]).toEqual([...row, ...row]);
  });

  it("refuses none, and pictures of other heights", () => {
    expect(() => strip([])).toThrow("received none");
    expect(() => strip([Tensor.zeros([2, 1, 3]), Tensor.zeros([3, 1, 3])])).toThrow(
      "strip: expected pictures [2, width, 3], received [3, 1, 3]",
    );
  });
});

describe("parseStyleLayer", () => {
  it("reads names and weights", () => {
    expect(parseStyleLayer("fire2/concat_1")).toEqual({ name: "fire2/concat_1" });
    expect(parseStyleLayer("conv1=0.5")).toEqual({ name: "conv1", weight: 0.5 });
  });

  it.each(["", "=2", "conv=", "conv=x", "conv=0", "conv=1=2"])("refuses %j", (text) => {
    expect(() => parseStyleLayer(text)).toThrow("is no layer; expected NAME, or NAME=WEIGHT");
  });
});
