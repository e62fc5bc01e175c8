import { describe, expect, it } from "vitest";
import { checkFile } from "./check-imports.js";

const messages = (path: string, text: string): string[] => checkFile(path, text).map((v) => v.message);

describe("import directions", () => {
  it.each([
    ["src/engine/ops/tanh.ts", "../../nn/layers/dense.js"],
    ["src/nn/layers/core/dense.ts", "../../../labs/text/write.js"],
    ["src/labs/text/write.ts", "../../app/cli/run.js"],
    ["src/engine/tensor/tensor.ts", "../graph/graph.js"],
    ["src/engine/graph/graph.ts", "../ops/tanh.js"],
    ["src/engine/ops/tanh.ts", "../autodiff/gradients.js"],
    ["src/engine/autodiff/gradients.ts", "../onnx/write.js"],
    ["src/engine/onnx/write/write.ts", "../../runtime/runtime.js"],
    ["src/engine/errors.ts", "./tensor/tensor.js"],
    ["src/engine/errors.ts", "./options.js"],
    ["src/engine/onnx/proto/decode.ts", "../read/read.js"],
    ["src/nn/training/fit.ts", "../models/model.js"],
    ["src/nn/training/fit.ts", "../callbacks/progressBar.js"],
    ["src/nn/network/trace.ts", "../training/trainer.js"],
    ["src/nn/losses/huber.ts", "../initializers/zeros.js"],
    ["src/nn/layers/core/dense.ts", "../../network/trace.js"],
    ["src/nn/layers/base/spatial.ts", "../reshaping/flatten.js"],
    ["src/nn/layers/merging/add.ts", "../attention/attention.js"],
    ["src/labs/dream/dream.ts", "../style/style.js"],
    ["src/labs/dream/dream.ts", "../../io/images/readImage.js"],
    ["src/io/models/store.ts", "../../labs/dream/dream.js"],
    ["src/vision/pixels.ts", "../methods/distill/distill.js"],
    ["src/vision/pixels.ts", "../labs/dream/dream.js"],
    ["src/app/cli/dream/dream.ts", "../style/style.js"],
    ["src/app/cli/shell/output.ts", "../dream/dream.js"],
    ["src/nn/layers/core/dense.ts", "../../../index.js"],
    ["src/nn/layers/core/dense.ts", "../../../../bench/clock.js"],
    ["src/nn/layers/core/dense.ts", "../../../engine/testing/close.js"],
  ])("%s may not import %s", (path, specifier) => {
    expect(messages(path, `import { x } from "${specifier}";`)).toHaveLength(1);
  });

  it.each([
    ["src/app/cli/write.ts", "../../labs/text/write.js"],
    ["src/labs/text/write.ts", "../../nn/layers/dense.js"],
    ["src/nn/layers/core/dense.ts", "../../../engine/ops/tanh.js"],
    ["src/engine/runtime/node.ts", "../onnx/write.js"],
    ["src/engine/onnx/write/write.ts", "../../graph/graph.js"],
    ["src/engine/tensor/tensor.ts", "../errors.js"],
    ["src/nn/callbacks/files/modelCheckpoint.ts", "../../files/saveModel.js"],
    ["src/nn/models/model.ts", "../training/fit.js"],
    ["src/labs/dream/dream.ts", "../../vision/pixels.js"],
    ["src/labs/text/trainer.ts", "./files/textFolder.js"],
    ["src/app/cli/dream/dream.ts", "../shell/output.js"],
    ["src/app/cli/dream/dream.ts", "../vision/visionFlags.js"],
    ["src/app/cli/commands.ts", "./dream/dream.js"],
    ["src/io/models/openClassifier.ts", "../../vision/imageNetwork.js"],
    ["src/engine/ops/tanh.ts", "./mul.js"],
    ["src/index.ts", "./app/cli/run.js"],
    ["src/engine/ops/tanh.test.ts", "../runtime/node.js"],
    ["src/engine/testing/close.ts", "../runtime/node.js"],
  ])("%s may import %s", (path, specifier) => {
    expect(messages(path, `import { x } from "${specifier}";`)).toEqual([]);
  });

  it("sees every form of import, and gives the line", () => {
    const text = [
      'import type { A } from "../../nn/a.js";',
      'export { b } from "../../nn/b.js";',
      'export * from "../../nn/c.js";',
      'const d = await import("../../nn/d.js");',
      'type E = import("../../nn/e.js").E;',
      'import "../../nn/f.js";',
      '// import { g } from "../../nn/g.js";',
    ].join("\n");
    expect(checkFile("src/engine/ops/tanh.ts", text).map((v) => v.line)).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

describe("rooms", () => {
  it.each([
    ["src/zz/a.ts", "src/"],
    ["src/nn/zz/a.ts", "src/nn/"],
    ["src/engine/zz.ts", "src/engine/"],
    ["src/nn/layers/zz/a.ts", "src/nn/layers/"],
    ["src/engine/onnx/zz.ts", "src/engine/onnx/"],
    ["src/methods/zz/a.ts", "src/methods/"],
  ])("%s stands in none", (path, folder) => {
    expect(messages(path, "export const a = 1;")).toEqual([
      `${path} stands in no room of ${folder}; move it, or give the room its place in scripts/check-imports.ts`,
    ]);
  });

  it.each(["src/engine/ops/tanh.ts", "src/labs/zz/a.ts", "src/nn/zz/a.test.ts", "src/nn/losses/huber.ts"])(
    "%s stands well",
    (path) => {
      expect(messages(path, "export const a = 1;")).toEqual([]);
    },
  );

  it("behind a door have nothing of its own", () => {
    const text = ['export * from "./labs/dream/index.js";', "/** One. */", "export const a = 1;"].join("\n");
    expect(checkFile("src/dream.ts", text)).toEqual([
      { line: 3, message: "a door re-exports and does nothing else" },
    ]);
  });
});

describe("the platform", () => {
  it.each(["src/nn/data/csv.ts", "src/engine/runtime/web.ts", "src/engine/onnx/read/read.ts"])(
    "%s may not use Node",
    (path) => {
      expect(messages(path, 'import { readFile } from "node:fs/promises";')).toHaveLength(1);
      expect(messages(path, 'import { readFile } from "fs";')).toHaveLength(1);
      expect(messages(path, "const n = process.env.HOME;")).toHaveLength(1);
      expect(messages(path, "const b = Buffer.from([1]);")).toHaveLength(1);
    },
  );

  it.each([
    "src/engine/runtime/node.ts",
    "src/engine/runtime/nodeWorker.ts",
    "src/app/cli/doctor.ts",
    "src/nn/data/csv.node.ts",
    "src/labs/text/files/corpus.ts",
    "src/io/images/codec.ts",
    "src/nn/data/csv.test.ts",
  ])("%s may use Node", (path) => {
    expect(messages(path, 'import { readFile } from "node:fs/promises"; process.exitCode = 1;')).toEqual([]);
  });

  it("takes names that only look like Node's globals", () => {
    expect(messages("src/nn/data/a.ts", "const a = { process: 1 }; a.process;")).toEqual([]);
  });

  it("keeps ONNX Runtime in engine/runtime", () => {
    const text = 'import * as ort from "onnxruntime-node";';
    expect(messages("src/nn/layers/core/dense.ts", text)).toHaveLength(1);
    expect(messages("src/app/cli/doctor.ts", text)).toHaveLength(1);
    expect(messages("src/engine/runtime/backends.ts", text)).toEqual([]);
  });
});

describe("types", () => {
  it("refuses any and double casts outside engine/runtime, and only in code", () => {
    const text = 'const a: any = 1;\nconst b = a as unknown as string;\n// as any\nconst c = ": any";';
    expect(checkFile("src/nn/data/a.ts", text).map((v) => v.line)).toEqual([1, 2]);
    expect(checkFile("src/nn/data/a.test.ts", text)).toHaveLength(2);
    expect(checkFile("src/engine/runtime/node.ts", text)).toEqual([]);
  });

  it("accepts a single cast from unknown", () => {
    expect(messages("src/nn/data/a.ts", "const f = (x: unknown) => x as string;")).toEqual([]);
  });
});
