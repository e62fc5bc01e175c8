import { expect, it } from "vitest";
import { loadOnnxRuntime, type OnnxRuntime } from "./loadOnnxRuntime.js";
import { probeBlocks } from "./probeBlocks.js";

it("says the same each time", async () => {
  const ort = await loadOnnxRuntime();
  expect(await probeBlocks(ort)).toBe(await probeBlocks(ort));
});

it("says no of a library that does not know the kernels, or has other blocks", async () => {
  const ort = await loadOnnxRuntime();
  const refusing = { create: () => Promise.reject(new Error("No Op registered for ReorderInput")) };
  expect(await probeBlocks({ ...ort, InferenceSession: refusing } as unknown as OnnxRuntime)).toBe(false);
  const others = {
    create: async () => ({
      run: async () => ({ blocks: { data: new Float32Array(64) }, sums: { data: [] }, mask: { data: [] } }),
      release: async () => undefined,
    }),
  };
  expect(await probeBlocks({ ...ort, InferenceSession: others } as unknown as OnnxRuntime)).toBe(false);
});
