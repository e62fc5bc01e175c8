import { defineConfig } from "vitest/config";

const nn = ["src/nn/**/*.test.ts"];
const all = ["src/**/*.test.ts", "examples/**/*.test.ts", "scripts/**/*.test.ts", "training/**/*.test.ts"];
/** Tests that replace modules: each needs its own process, in which nothing has loaded these yet. */
const mocking = "**/*.mocking.test.ts";
/** Networks by plain operators, as on processors whose kernels have no blocks of 16 channels. */
const env = { IMAGO_BLOCKS: "0" };
/** For tests that load ONNX Runtime themselves: Imago sets it where it does. */
const silent = { ORT_DISABLE_TELEMETRY: "1" };

export default defineConfig({
  test: {
    environment: "node",
    env: silent,
    // Files of a project share their processes and what these have loaded, which takes a third off the time.
    projects: [
      { extends: true, test: { name: "imago", include: all, exclude: [mocking], isolate: false } },
      { extends: true, test: { name: "imago, mocking", include: [`src/${mocking}`] } },
      {
        extends: true,
        test: {
          name: "without blocks",
          include: nn,
          exclude: [mocking],
          isolate: false,
          env: { ...silent, ...env },
        },
      },
      {
        extends: true,
        test: { name: "without blocks, mocking", include: [`src/nn/${mocking}`], env: { ...silent, ...env } },
      },
    ],
    // Each worker starts ONNX Runtime's own threads; more workers than this only contend for cores.
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    coverage: {
      provider: "v8",
      include: ["src/**/*.ts"],
      exclude: ["src/**/*.test.ts", "src/**/testing/**"],
      reporter: ["text-summary", "html"],
      thresholds: { lines: 95 },
    },
  },
});
