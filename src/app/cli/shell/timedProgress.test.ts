import { describe, expect, it } from "vitest";
import type { BatchEvent, FitContext } from "../../../nn/training/callback.js";
import { timedProgress } from "./timedProgress.js";

/** Ten seconds of steps of a quarter of one, at which the loss halves. */
function shown(isTerminal: boolean): string {
  let text = "";
  let time = 0;
  const progress = timedProgress({
    seconds: 9,
    isTerminal,
    width: () => 40,
    now: () => time,
    write: (part) => {
      text += part;
    },
  });
  const context = {} as FitContext;
  progress.onTrainBegin?.(context);
  for (let step = 1; step <= 36; step++) {
    time += 250;
    progress.onBatchEnd?.({ step, loss: 3 } as BatchEvent, context);
  }
  progress.onTrainEnd?.(context);
  return text;
}

describe("timedProgress", () => {
  it("writes nine lines that stay", () => {
    const lines = shown(false).trimEnd().split("\n");
    expect(lines).toHaveLength(9);
    expect(lines[0]).toBe("  1 s       4 steps of 250.0 ms  loss 3.000, 4.33 bits per character");
    expect(lines[8]).toBe("  9 s      36 steps of 250.0 ms  loss 3.000, 4.33 bits per character");
    expect(shown(false)).not.toContain("\r");
    expect(shown(false)).not.toContain("\x1b");
  });

  it("draws over a line on a terminal, no wider than that", () => {
    const drawings = shown(true).split("\r\x1b[K");
    expect(drawings).toContain("  6 s left  loss 3.000  [==========....");
    for (const line of drawings) if (line.includes("left")) expect(line.length).toBeLessThan(40);
  });
});
