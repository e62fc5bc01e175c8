import type { Plan } from "../plan.js";
import type { DistillReport, NetworkFigures } from "./reportOptions.js";

const row = (
  name: string,
  { accuracy, errors, standardError, parameters, milliseconds }: NetworkFigures,
): string =>
  [
    name.padEnd(18),
    `${(100 * accuracy).toFixed(2)} %`.padStart(9),
    `${errors} ± ${Math.round(standardError)}`.padStart(12),
    String(parameters).padStart(12),
    milliseconds.toPrecision(3).padStart(12),
  ].join("");

function settings({ mode, temperature, alpha, average, teacher }: Plan): string {
  const heat = typeof temperature === "number" ? String(temperature) : temperature.name;
  const several = Array.isArray(teacher) ? `, mean of ${average}` : "";
  const hot = mode === "soft" || mode === "standardised" || mode === "decoupled" ? `, T = ${heat}` : "";
  return `mode ${mode}${hot}, alpha = ${alpha}${several}`;
}

/** A report for reading. */
export function reportText(plan: Plan, report: Omit<DistillReport, "text" | "svg">): string {
  const { teacher, alone, student, agreement, entropies, largestEntropy, samples, output } = report;
  const lines = [
    `Distillation of "${output}", ${settings(plan)}; ${samples} samples`,
    `${"".padEnd(18)}${"accuracy".padStart(9)}${"errors".padStart(12)}${"parameters".padStart(12)}${"ms an item".padStart(12)}`,
  ];
  if (teacher !== undefined) lines.push(row("teacher", teacher));
  if (alone !== undefined) lines.push(row("student alone", alone));
  lines.push(row("student distilled", student));
  if (agreement !== undefined) {
    lines.push(`teacher and student agree on ${(100 * agreement).toFixed(2)} % of the samples`);
  }
  if (entropies.length > 0) {
    const each = entropies
      .map(({ temperature, nats }) => `T = ${temperature}: ${nats.toFixed(3)}`)
      .join(", ");
    lines.push(`mean entropy of the targets in nats: ${each} (at most ${largestEntropy.toFixed(3)})`);
  }
  return `${lines.join("\n")}\n`;
}
