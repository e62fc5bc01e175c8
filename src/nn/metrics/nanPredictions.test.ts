import { describe, expect, it } from "vitest";
import { div } from "../../engine/ops/div.js";
import { mul } from "../../engine/ops/mul.js";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { directionOf } from "../callbacks/monitor.js";
import { input } from "../layers/core/input.js";
import { lambda } from "../layers/core/lambda.js";
import { model } from "../models/model.js";
import { metric } from "./resolve.js";

const runtime = testRuntime();

/** A network that broke: it gives NaN, or for one class of three. */
function broken(width: number, partly: boolean) {
  const x = input({ shape: [width] });
  const out = lambda(([v]) => {
    if (v === undefined) throw new Error("no input");
    return partly ? div(mul(v, 0), v) : div(mul(v, 0), mul(v, 0));
  })(x);
  return model({ inputs: x, outputs: out, runtime });
}

const sparse = /^sparse/;
/** Figures of which a low one is no praise when nothing is predicted. */
const counts = /^(true|false)(Positives|Negatives)$/;
/** Of one class alone there is no other to guess; and those that cannot be made by their name. */
const severalOnly = /^(categorical|topK)/;
const withOptions = new Set(["iou", "meanIoU"]);

describe("predictions of NaN", () => {
  it.each(metric.names.filter((name) => !counts.test(name) && !withOptions.has(name)))(
    "are no success for %s",
    async (name) => {
      for (const width of sparse.test(name) || severalOnly.test(name) ? [4] : [1, 4]) {
        const net = broken(width, false);
        const isSparse = sparse.test(name);
        net.compile({ loss: isSparse ? "sparseCategoricalCrossentropy" : "mse", metrics: [name as never] });
        const x = [Array(width).fill(1), Array(width).fill(2), Array(width).fill(3), Array(width).fill(4)];
        const y = isSparse
          ? [3, 0, 1, 2]
          : width === 1
            ? [0, 1, 0, 1]
            : [
                [1, 0, 0, 0],
                [0, 1, 0, 0],
                [0, 0, 1, 0],
                [0, 0, 0, 1],
              ];
        let logs: Record<string, number>;
        try {
          logs = await net.evaluate(x, y as never);
        } catch (error) {
          // Some are for other outputs.
          expect(String(error)).not.toContain("ONNX Runtime");
          continue;
        }
        const figure = Object.entries(logs).find(([key]) => key !== "loss")?.[1] ?? Number.NaN;
        if (Number.isNaN(figure)) continue;
        const good = directionOf("test", name, "auto") === "max" ? figure > 0.5 : figure < 0.5;
        expect(good, `${name} of ${width}: ${figure}`).toBe(false);
      }
    },
  );
});
