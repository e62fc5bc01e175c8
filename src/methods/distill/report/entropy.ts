import { type Tensor, toNumbers } from "../../../engine/tensor/tensor.js";
import type { Averaging } from "../modes/pooled.js";

function softened(logits: ArrayLike<number>, from: number, classes: number, temperature: number): number[] {
  let top = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < classes; k++) top = Math.max(top, logits[from + k] as number);
  const powers = Array.from({ length: classes }, (_, k) =>
    Math.exp(((logits[from + k] as number) - top) / temperature),
  );
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/**
 * Teachers' probabilities at T, averaged as the student's targets are: `[…, classes]`, row by row.
 *
 * @param teachers each one's logits, of one shape
 */
export function softTargetRows(
  teachers: readonly Tensor[],
  temperature: number,
  average: Averaging,
): readonly number[][] {
  const [first] = teachers as [Tensor];
  const classes = first.sizeAt(-1);
  const all = teachers.map((teacher) => toNumbers(teacher));
  const share = 1 / all.length;
  return Array.from({ length: first.size / classes }, (_, row) => {
    const from = row * classes;
    if (average === "logits") {
      const mean = Array.from({ length: classes }, (_, k) =>
        all.reduce((sum, one) => sum + (one[from + k] as number) * share, 0),
      );
      return softened(mean, 0, classes, temperature);
    }
    const each = all.map((one) => softened(one, from, classes, temperature));
    return Array.from({ length: classes }, (_, k) =>
      each.reduce((sum, one) => sum + (one[k] as number) * share, 0),
    );
  });
}

/** Mean over rows of −Σ q log q, in nats. */
export function meanEntropy(rows: readonly (readonly number[])[]): number {
  const total = rows.reduce(
    (sum, row) => sum - row.reduce((inner, q) => inner + (q > 0 ? q * Math.log(q) : 0), 0),
    0,
  );
  return total / rows.length;
}
