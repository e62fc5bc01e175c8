import type { BatchEvent, Callback, FitContext } from "../../../nn/training/callback.js";
import type { Logs } from "../../../nn/training/logs.js";
import { MovingLine } from "../shell/movingLine.js";
import { grouped, type Output } from "../shell/output.js";
import { percent } from "./pictureReport.js";

/** What the line asks of the batches. */
export interface SourceClock {
  /** Milliseconds that steps have waited for pictures so far. */
  waited(): number;
  /** The share of the class that has most pictures, among those that are learnt and those that are validated on. */
  readonly largestShare: number;
}

/** Milliseconds between two drawings. */
const drawEvery = 100;

/**
 * A line for each epoch: pictures a second, how long steps waited for pictures, loss and accuracy beside the share of the largest class,
 * and the same on the validation pictures.
 */
export function classifyProgress(output: Output, { waited, largestShare }: SourceClock): Callback {
  const line = new MovingLine(output);
  let began = 0;
  let pictures = 0;
  let waitedBefore = 0;
  let drawn = 0;
  const head = ({ epoch, epochs }: FitContext): string => {
    const of = String(epochs);
    return `Epoch ${String(epoch + 1).padStart(of.length)}/${of}`;
  };
  const speed = (): string => {
    const elapsed = Math.max(1, performance.now() - began);
    const idle = Math.round((100 * (waited() - waitedBefore)) / elapsed);
    return `${grouped(Math.round((1000 * pictures) / elapsed))} pictures/s, waited ${idle} %`;
  };
  const learnt = ({ loss, accuracy, divergence }: Logs): string =>
    `loss ${(loss ?? Number.NaN).toFixed(3)}  accuracy ${percent(accuracy ?? Number.NaN)}` +
    // Of a student from its teacher.
    (divergence === undefined ? "" : `  divergence ${divergence.toFixed(3)}`);
  return {
    name: "classifyProgress",
    onEpochBegin: () => {
      began = performance.now();
      pictures = 0;
      waitedBefore = waited();
    },
    onBatchEnd: ({ step, batch, logs }: BatchEvent, context) => {
      pictures += batch.size;
      const now = performance.now();
      if (now - drawn < drawEvery) return;
      drawn = now;
      const steps = context.steps ?? "?";
      const left = leftOf(step, context.steps, now - began);
      line.draw(`${head(context)}  ${step}/${steps}${left}  ${learnt(logs)}  ${speed()}`, false);
    },
    onEpochEnd: (logs, context) => {
      const { val_loss: loss, val_accuracy: accuracy } = logs;
      const validation =
        accuracy === undefined || loss === undefined
          ? ""
          : `  validation ${loss.toFixed(3)}, ${percent(accuracy)} (largest class ${percent(largestShare)})`;
      const seconds = (performance.now() - began) / 1000;
      line.draw(
        `${head(context)}  ${formatSeconds(seconds)}  ${learnt(logs)}${validation}  ${speed()}`,
        true,
      );
    },
    onTrainEnd: () => line.close(),
  };
}

function leftOf(step: number, steps: number | undefined, elapsed: number): string {
  if (steps === undefined || step === 0) return "";
  return `  ${formatSeconds(((elapsed / step) * (steps - step)) / 1000)} left`;
}

/** `4.2 s`, `58 s`, `3 min 05 s`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const all = Math.round(seconds);
  if (all < 60) return `${all} s`;
  return `${Math.floor(all / 60)} min ${String(all % 60).padStart(2, "0")} s`;
}
