import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "node",
    include: ["src/**/*.test.ts", "examples/**/*.test.ts", "scripts/**/*.test.ts"],
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
