import { expect, it } from "vitest";
import type { BatchEvent, FitContext } from "../../../nn/training/callback.js";
import { partsLine } from "./partsLine.js";

function said(trainer: { parts?: number; whole?: string }): string {
  let text = "";
  const line = partsLine((more) => {
    text += more;
  });
  for (let step = 1; step <= 2; step++) line.onBatchEnd?.({ step } as BatchEvent, { trainer } as FitContext);
  return text;
}

it("says in how many parts batches are computed, once, where it is more than one", () => {
  expect(said({ parts: 2 })).toBe(
    "Parts    2: threads, one for each core, compute the parts of a batch side by side.\n",
  );
  expect(said({ parts: 1 }) + said({}) + said({ parts: 2, whole: "a layer mixes them" })).toBe("");
});
