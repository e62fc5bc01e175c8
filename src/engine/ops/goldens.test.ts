import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Operator } from "../graph/operator.js";
import { goldenCases } from "../testing/goldenCases.js";
import { type OperatorCase, OperatorGoldens } from "../testing/operatorGolden.js";
import { operatorFor } from "./table.js";

/** Operators of which no case runs, and why. */
const operatorsLeftOut: Readonly<Record<string, string>> = {
  GRU: "recurrent layers are written as Scan",
  LSTM: "recurrent layers are written as Scan",
  RNN: "recurrent layers are written as Scan",
};

/** Cases of other operators that do not run, and why. */
const casesLeftOut: Readonly<Record<string, string>> = {
  "Einsum ii->i": "an operand with an index twice has no gradient, and says so",
};

/**
 * Slopes at −∞, ∞ and NaN where ours are meant to differ: PyTorch gives NaN in places where a limit exists,
 * and at NaN itself what falls out of its comparisons.
 */
const limits: Readonly<Record<string, readonly number[]>> = {
  "Softsign infinities": [0, 0, Number.NaN],
  "Elu infinities": [0, 1, Number.NaN],
  "Elu alpha 0.7 infinities": [0, 1, Number.NaN],
  "Selu infinities": [0, 1.05070099, Number.NaN],
  "Celu infinities": [0, 1, Number.NaN],
  "Celu alpha 0.7 infinities": [0, 1, Number.NaN],
  "HardSwish infinities": [0, 1, 0],
  "Gelu infinities": [0, 1, Number.NaN],
  "Gelu tanh infinities": [0, 1, Number.NaN],
  "Mish infinities": [0, 1, Number.NaN],
  "Abs infinities": [-1, 1, Number.NaN],
  "Relu infinities": [0, 1, 0],
};

const families = readdirSync(new URL("../../../goldens/operators/", import.meta.url), { recursive: true })
  .map((file) => String(file).replaceAll("\\", "/"))
  .filter((file) => file.endsWith(".json"))
  .map((file) => file.slice(0, -".json".length))
  .map((file) => ({ file, cases: goldenCases<OperatorCase>(`operators/${file}`).map(withLimits) }));
const all = families.flatMap(({ cases }) => cases);

function withLimits(golden: OperatorCase): OperatorCase {
  const slopes = limits[golden.name];
  if (slopes === undefined) return golden;
  const inputGradients = golden.inputGradients.map((tensor) => tensor && { ...tensor, data: slopes });
  return { ...golden, inputGradients };
}

/** The cases that run, with their operators. */
function runnable(cases: readonly OperatorCase[]): Map<OperatorCase, Operator> {
  const found = new Map<OperatorCase, Operator>();
  for (const golden of cases) {
    const operator = operatorFor("", golden.operator);
    if (operator !== undefined && casesLeftOut[golden.name] === undefined) found.set(golden, operator);
  }
  return found;
}

it("leaves out no operator but those that Imago lacks, and no case without a reason", () => {
  const lacking = all.map(({ operator }) => operator).filter((type) => operatorFor("", type) === undefined);
  expect([...new Set(lacking)].sort()).toEqual(Object.keys(operatorsLeftOut).sort());
  const names = new Set(all.filter(({ operator }) => !lacking.includes(operator)).map(({ name }) => name));
  const excepted = [...Object.keys(casesLeftOut), ...Object.keys(limits)];
  expect(excepted.filter((name) => !names.has(name))).toEqual([]);
});

const running = families
  .map(({ file, cases }) => ({ file, cases: runnable(cases) }))
  .filter(({ cases }) => cases.size > 0);

describe.each(running)("operators are PyTorch's: $file", ({ cases }) => {
  const goldens = new OperatorGoldens(cases);
  it.each([...cases.keys()].map((golden) => [golden.name, golden] as const))("%s", async (_, golden) => {
    await goldens.check(golden, { relative: 1e-5, absolute: 1e-6 });
  });
});
