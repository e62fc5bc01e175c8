import { describe, expect, it } from "vitest";
import type { FitContext } from "../training/callback.js";
import { type ProgressBarOptions, progressBar } from "./progressBar.js";
import { runFit } from "./testing/runFit.js";

/** Draws an epoch of `steps` batches that take `milliseconds` each, and gives what was written. */
function draw(
  { steps, milliseconds, first = 0 }: { steps: number | undefined; milliseconds: number; first?: number },
  options: Omit<ProgressBarOptions, "write" | "now"> = {},
): string[] {
  const written: string[] = [];
  let time = 0;
  const bar = progressBar({ ...options, write: (text) => void written.push(text), now: () => time });
  const count = steps ?? 4;
  const context = { epoch: 2, epochs: 10, steps, step: first, stopped: undefined } as FitContext;
  const at = (step: number): FitContext => ({ ...context, step });
  bar.onEpochBegin?.(context);
  for (let step = first + 1; step <= count; step++) {
    time += milliseconds;
    bar.onBatchEnd?.({ step, logs: { loss: 2.1 }, loss: 2.1, batch: {} as never }, at(step));
  }
  bar.onEpochEnd?.({ loss: 2.1, val_loss: 0.00012345 }, at(count));
  bar.onTrainEnd?.(context);
  return written;
}

describe("progressBar", () => {
  it("draws a line over and over on a terminal, and ends it", () => {
    const written = draw({ steps: 4, milliseconds: 500 }, { isTerminal: true, width: 100 });
    expect(written).toEqual([
      "Epoch 3/10\n",
      "\r1/4 [======>.......................] - 0:02 left - 500ms/step - loss: 2.1000\x1b[K",
      "\r2/4 [==============>...............] - 0:01 left - 500ms/step - loss: 2.1000\x1b[K",
      "\r3/4 [=====================>........] - 0:01 left - 500ms/step - loss: 2.1000\x1b[K",
      "\r4/4 [==============================] - 0:02 - 500ms/step - loss: 2.1000 - val_loss: 1.2345e-4\x1b[K\n",
    ]);
  });

  it("draws at most ten times a second", () => {
    const written = draw({ steps: 1000, milliseconds: 1 }, { isTerminal: true });
    expect(written.length).toBeLessThanOrEqual(13);
    expect(written.length).toBeGreaterThan(8);
    expect(written[1]).toContain("   1/1000 [");
  });

  it("keeps to the width, however that changes", () => {
    for (const width of [200, 80, 60, 30, 10]) {
      const lines = draw({ steps: 4, milliseconds: 500 }, { isTerminal: true, width: () => width }).slice(1);
      for (const line of lines)
        expect(
          [...line]
            .filter((letter) => letter >= " ")
            .join("")
            .replace("[K", "").length,
        ).toBeLessThan(width);
    }
  });

  it("writes whole lines elsewhere, one at the end and one every ten seconds", () => {
    expect(draw({ steps: 4, milliseconds: 500 })).toEqual([
      "Epoch 3/10\n",
      "4/4 [================] - 0:02 - 500ms/step - loss: 2.1000 - val_loss: 1.2345e-4\n",
    ]);
    const slow = draw({ steps: 30, milliseconds: 1500 });
    expect(slow).toHaveLength(6);
    expect(slow[1]).toBe(" 7/30 [======>.......................] - 0:35 left - 1.5s/step - loss: 2.1000\n");
    for (const control of ["\r", "\x1b"]) expect(slow.join("")).not.toContain(control);
  });

  it("counts without a bar where the number of steps is unknown", () => {
    const written = draw({ steps: undefined, milliseconds: 0.25 });
    expect(written[1]).toBe("4/? - 0:00 - 250us/step - loss: 2.1000 - val_loss: 1.2345e-4\n");
  });

  it("goes by this run's part of an epoch that is resumed", () => {
    const written = draw({ steps: 8, first: 6, milliseconds: 4000 });
    expect(written.at(-1)).toContain("0:08 - 4.0s/step");
  });

  it("follows fit, hours and the reason why it ended included", async () => {
    const written: string[] = [];
    let time = 0;
    const bar = progressBar({
      write: (text) => void written.push(text),
      now: () => {
        time += 700_000;
        return time;
      },
    });
    const controller = new AbortController();
    const stop = { name: "stop", onEpochEnd: () => controller.abort() };
    await runFit({ epochs: 3, callbacks: [bar, stop], signal: controller.signal });
    expect(written[0]).toBe("Epoch 1/3\n");
    expect(written[1]).toMatch(/^1\/2 \[=+>\.+\] - \d+:\d\d left - 1400\.0s\/step - loss: \d+\.\d{4}\n$/);
    expect(written.at(-2)).toMatch(/^2\/2 \[=+\] - \d+:\d\d - /);
    expect(written.at(-1)).toBe("Stopped: interrupted\n");
  });

  it("refuses unknown options", () => {
    expect(() => progressBar({ write() {}, isTTY: true } as never)).toThrow('unknown option "isTTY"');
  });
});
