/**
 * Samplers of imago/tune on the objectives of bench/tune/objectives.mjs, beside what Optuna 5, Hyperopt and random draws had on
 * the same (8 to 14 seeds; Optuna's GP 1 to 3). Prints the medians of simple regret after 50, 100 and 200 trials, and
 * milliseconds of the processor for each trial.
 *
 *   npx tsx bench/search.ts [--seeds 20] [--trials 200] [--objectives branin,nested] [SAMPLER …]
 */
import { parseArgs } from "node:util";
import { quantile } from "../src/methods/tune/numerics/quantile.js";
import {
  auto,
  choice,
  cmaes,
  float,
  genetic,
  gp,
  grid,
  int,
  openStudy,
  random,
  type Sampler,
  type Space,
  sobol,
  tpe,
} from "../src/tune.js";
import { OBJECTIVES } from "./tune/objectives.mjs";

interface Given {
  readonly type: string;
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  readonly values?: readonly unknown[];
  readonly branches?: Readonly<Record<string, Readonly<Record<string, Given>>>>;
}

interface Objective {
  readonly space: Readonly<Record<string, Given>>;
  readonly value: (params: object) => number;
  readonly optimum: () => number;
}

const samplers: Readonly<Record<string, () => Sampler>> = {
  random,
  grid,
  sobol,
  genetic,
  tpe,
  cmaes,
  gp,
  auto,
};

/** Medians that the peers had after 50 / 100 / 200 evaluations. */
const peers: Readonly<Record<string, string>> = {
  branin:
    "random .75 / .18 / .1; Hyperopt .56 / .31 / .085; Optuna TPE .065 / .019 / .0044, CMA-ES .5 / .0075 / 1e-5, GP 8e-5 / 1.5e-5",
  hartmann6:
    "random 1.6 / 1.3 / 1.2; Hyperopt 1.1 / .54 / .38; Optuna TPE .3 / .089 / .029, CMA-ES .8 / .24 / .052, GP .004 / 5.9e-5",
  rosenbrock4:
    "random 3241 / 924 / 651; Hyperopt 1049 / 378 / 165; Optuna TPE 221 / 27 / 8.9, CMA-ES 160 / 47 / 4.8, GP 255 / 18.6",
  ackley5:
    "random 19 / 17 / 16; Hyperopt 15 / 14 / 10; Optuna TPE 9.7 / 6.6 / 4.5, CMA-ES 13 / 8.7 / 3.7, GP 15 / 6.31",
  rastrigin5:
    "random 48 / 41 / 35; Hyperopt 38 / 28 / 23; Optuna TPE 33 / 25 / 18, CMA-ES 29 / 24 / 19, GP 37.1 / 28.2",
  sphere10:
    "random 44 / 32 / 29; Hyperopt 29 / 17 / 11; Optuna TPE 11 / 3.9 / .81, CMA-ES 13 / 5.2 / 1.3, GP .33 / .0046",
  nested:
    "random .032 / .031 / .03; Hyperopt .031 / .03 / .03; Optuna TPE .03 / .03 / .03, CMA-ES .032 / .031 / .03, GP .03 / .03",
  mixed:
    "random .069 / .058 / .05; Hyperopt .054 / .031 / .026; Optuna TPE .04 / .029 / .026, CMA-ES .042 / .029 / .02, GP .0089 / 1.1e-5",
  digits:
    "random .016 / .009 / .0077; Hyperopt .0076 / .0059 / .0045; Optuna TPE .0061 / .004 / .0025, CMA-ES .011 / .0085 / .0057, GP .0026 / .0022",
  digitsDiscrete:
    "random .007 / .006 / .004; Hyperopt .0045 / .004 / .0025; Optuna TPE .0035 / .0025 / .002, GP .002 / .002",
};

function spaceOf(given: Objective["space"]): Space {
  const entries = Object.entries(given).map(([name, one]) => {
    if (one.type === "float") return [name, float(one.low, one.high, { log: one.log })] as const;
    if (one.type === "int") return [name, int(one.low, one.high, { log: one.log })] as const;
    if (one.values !== undefined) return [name, choice(one.values)] as const;
    const branches = Object.entries(one.branches ?? {}).map(([key, inner]) => [key, spaceOf(inner)] as const);
    return [name, choice(Object.fromEntries(branches))] as const;
  });
  return Object.fromEntries(entries);
}

const median = (values: readonly number[]): number =>
  values.length === 0
    ? Number.NaN
    : quantile(
        values.toSorted((a, b) => a - b),
        0.5,
      );

/** The regrets after each of the marks. */
async function search(
  objective: Objective,
  sampler: Sampler,
  seed: number,
  marks: readonly number[],
): Promise<number[]> {
  const study = await openStudy({ space: spaceOf(objective.space), sampler, seed });
  const regrets: number[] = [];
  for (const mark of marks) {
    await study.run(({ params }) => objective.value(params), { trials: mark });
    regrets.push((study.best?.value ?? Number.NaN) - objective.optimum());
  }
  return regrets;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: "string", default: "20" },
    trials: { type: "string", default: "200" },
    objectives: { type: "string", default: Object.keys(peers).join(",") },
  },
});
const marks = [50, 100, 200].filter((mark) => mark <= Number(values.trials));
const chosen = positionals.length === 0 ? Object.keys(samplers) : positionals;
for (const name of values.objectives.split(",")) {
  const objective = (OBJECTIVES as Readonly<Record<string, Objective>>)[name];
  if (objective === undefined)
    throw new Error(`no objective ${name}; there are ${Object.keys(peers).join(", ")}`);
  console.log(`${name}: ${peers[name] ?? ""}`);
  for (const own of chosen) {
    const make = samplers[own];
    if (make === undefined)
      throw new Error(`no sampler ${own}; there are ${Object.keys(samplers).join(", ")}`);
    const used = process.cpuUsage();
    const all: number[][] = [];
    for (let seed = 0; seed < Number(values.seeds); seed++)
      all.push(await search(objective, make(), seed, marks));
    const { user, system } = process.cpuUsage(used);
    const each = (user + system) / 1000 / Number(values.seeds) / (marks.at(-1) ?? 1);
    const regrets = marks.map((_, place) => median(all.map((run) => run[place] as number)).toPrecision(2));
    console.log(`  ${own.padEnd(8)} ${regrets.join(" / ")}  ${each.toFixed(1)} ms`);
  }
}
