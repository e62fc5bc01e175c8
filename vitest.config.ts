import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "node",
    projects: [
      {
        extends: true,
        test: {
          name: "imago",
          include: [
            "src/**/*.test.ts",
            "examples/**/*.test.ts",
            "scripts/**/*.test.ts",
            "training/**/*.test.ts",
          ],
        },
      },
      {
        // Networks once more by plain operators, as on processors whose kernels have no blocks of 16 channels.
        extends: true,
        test: { name: "without blocks", include: ["src/nn/**/*.test.ts"], env: { IMAGO_BLOCKS: "0" } },
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
