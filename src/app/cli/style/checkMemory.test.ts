import { expect, it } from "vitest";
import { checkMemory, memoryNeeded } from "./checkMemory.js";

const activation = (name: string, ...shape: number[]) =>
  ({ name, shape, dtype: "float32", operator: "Relu" }) as const;

it("counts activations up to the deepest layer that is looked at", () => {
  const activations = [
    activation("a", 1, 8, 64, 64),
    activation("b", 1, 16, 32, 32),
    activation("c", 1, 99, 32, 32),
    activation("scores", 1, 200),
  ];
  const sizes = { at: { height: 64, width: 64 }, size: { height: 640, width: 320 } };
  expect(memoryNeeded(activations, ["a", "b"], sizes)).toBe(12 * 50 * (8 * 64 * 64 + 16 * 32 * 32));
  expect(memoryNeeded(activations, ["none"], sizes)).toBe(0);
});

it("refuses what does not fit, and names what would", () => {
  checkMemory(19e9, { height: 100, width: 200 }, 24e9);
  expect(() => checkMemory(90e9, { height: 6700, width: 9000 }, 24e9)).toThrow(
    "--size: a painting of 9000 × 6700 pixels takes some 90 GB of memory with this network, and 24 are free. A --size of up to 4100 will do.",
  );
});
