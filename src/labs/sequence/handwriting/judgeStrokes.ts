import { type Judgement, judgementOf } from "../kinds/judgement.js";
import { pointSize } from "./strokeNetwork.js";
import type { WrittenStrokes } from "./strokesOptions.js";

/** What drawings are worth, as far as it can be counted: whether they came to an end by themselves, and how large they are. */
export function judgeStrokes(written: readonly WrittenStrokes[]): Judgement {
  const items = written.map(({ offsets, ended, text }) => {
    const key = `${text ?? ""} ${offsets.join()}`;
    return { text: key, key, ended, isValid: ended, reason: ended ? undefined : "did not end" };
  });
  const mean = (of: (one: WrittenStrokes) => number): number =>
    written.reduce((sum, one) => sum + of(one), 0) / Math.max(1, written.length);
  const strokes = ({ offsets }: WrittenStrokes): number =>
    offsets.reduce((sum, value, at) => sum + (at % pointSize === 2 ? value : 0), 0);
  const counted = judgementOf(
    items,
    { has: () => false },
    {
      points: { value: mean(({ offsets }) => offsets.length / pointSize), as: "mean" },
      strokes: { value: mean(strokes), as: "mean" },
    },
  );
  // No two drawings are the same number by number, and nothing tells a good one from a scribble.
  return { ...counted, valid: undefined, novel: undefined, copies: undefined, reasons: [] };
}
