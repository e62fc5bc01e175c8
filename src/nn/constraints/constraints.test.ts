import { expect, it } from "vitest";
import { evaluateOne } from "../../engine/testing/evaluate.js";
import { expectClose } from "../../engine/testing/expectClose.js";
import { maxNorm } from "./maxNorm.js";
import { minMaxNorm } from "./minMaxNorm.js";
import { nonNeg } from "./nonNeg.js";
import { constraint } from "./resolve.js";
import { unitNorm } from "./unitNorm.js";

const weight = [
  [3, -0.5, 0],
  [4, 0.25, -2],
];

// Expected values are Keras 3.15's.

it("maxNorm shortens only what is too long, along any axes", async () => {
  expectClose(await evaluateOne(maxNorm().emit, weight), [
    [1.2, -0.49999988, 0],
    [1.6, 0.24999994, -2],
  ]);
  expectClose(await evaluateOne(maxNorm({ maxValue: 1.5, axis: 1 }).emit, weight), [
    [1.479591, -0.2465985, 0],
    [1.3395493, 0.08372183, -0.66977465],
  ]);
  expectClose(await evaluateOne(maxNorm({ maxValue: 1, axis: [0, 1] }).emit, weight), [
    [0.5541085, -0.09235141, 0],
    [0.7388113, 0.046175707, -0.36940566],
  ]);
});

it("nonNeg sets negative weights to 0", async () => {
  expectClose(await evaluateOne(nonNeg().emit, weight), [
    [3, 0, 0],
    [4, 0.25, 0],
  ]);
});

it("unitNorm gives length 1 and leaves zeros", async () => {
  expectClose(await evaluateOne(unitNorm().emit, weight), [
    [0.6, -0.894427, 0],
    [0.8, 0.4472135, -1],
  ]);
  expectClose(await evaluateOne(unitNorm().emit, [[0], [0]]), [[0], [0]]);
});

it("minMaxNorm moves norms towards the bounds by its rate", async () => {
  expectClose(await evaluateOne(minMaxNorm({ minValue: 1, maxValue: 2, rate: 0.5 }).emit, weight), [
    [2.1, -0.6972134, 0],
    [2.8, 0.3486067, -2],
  ]);
});

it("refuses a rate beyond 1 and names near names", () => {
  expect(() => minMaxNorm({ rate: 2 })).toThrow("minMaxNorm: rate must be a number from 0 to 1, received 2.");
  expect(() => constraint("maxnrm" as "maxNorm", 'dense "hidden"')).toThrow(
    'dense "hidden": unknown constraint "maxnrm". Did you mean "maxNorm"? Available constraints are: maxNorm, minMaxNorm, nonNeg, unitNorm.',
  );
});
