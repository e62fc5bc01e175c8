/**
 * `asha` and `halving` on learning curves that were recorded (bench/tune/digits-curves.json: 128 networks on scikit-learn's digits,
 * errors after each of 27 epochs): how many epochs 100 of them cost, and how much worse the one that is chosen is than the best of
 * all 128.
 *
 *   npx tsx bench/asha.ts [--seeds 200]
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Generator } from "../src/engine/random/generator.js";
import { asha, choice, halving, openStudy, type Pruner } from "../src/tune.js";

interface Curves {
  readonly errors: readonly (readonly number[])[];
}

const { errors } = JSON.parse(
  readFileSync(new URL("tune/digits-curves.json", import.meta.url), "utf8"),
) as Curves;
const last = 27;
const least = Math.min(...errors.map((curve) => curve[last - 1] as number));

type Order = "drawn" | "good ones first" | "bad ones first";

/** 100 of the 128, in an order. */
function drawn(seed: number, order: Order): number[] {
  const random = new Generator(seed).split("bench");
  const all = errors.map((_, place) => place);
  for (let place = all.length - 1; place > 0; place--) {
    const other = random.integer(place + 1);
    [all[place], all[other]] = [all[other] as number, all[place] as number];
  }
  const some = all.slice(0, 100);
  if (order === "drawn") return some;
  const sign = order === "good ones first" ? 1 : -1;
  return some.sort((a, b) => sign * ((errors[a]?.[0] as number) - (errors[b]?.[0] as number)));
}

/** Searches until so many epochs were trained. */
async function search(configs: readonly number[], pruner: Pruner, budget: number) {
  const all = errors.map((_, place) => place);
  const study = await openStudy({ space: { config: choice(all) }, sampler: "random", pruner, noisy: true });
  for (const config of configs) await study.enqueue({ config });
  let used = 0;
  const trained = new Map<number, number>();
  while (used < budget) {
    const trial = await study.ask({ begin: study.count < configs.length });
    if (trial === undefined) break;
    const curve = errors[trial.params.config] as readonly number[];
    let epoch = trained.get(trial.number) ?? 0;
    while (epoch < last && used < budget && !trial.shouldStop) {
      epoch++;
      used++;
      await trial.report(curve[epoch - 1] as number, epoch, { final: epoch === last });
    }
    trained.set(trial.number, epoch);
    await study.tell(trial, curve[epoch - 1] as number);
  }
  const chosen = study.best?.params.config ?? 0;
  return { used, started: study.count, regret: ((errors[chosen]?.[last - 1] as number) - least) / 1000 };
}

const quantiles = (values: readonly number[]): number[] => {
  const sorted = values.toSorted((a, b) => a - b);
  return [0.25, 0.5, 0.75].map((share) => sorted[Math.floor(share * (sorted.length - 1))] as number);
};

const { values } = parseArgs({ options: { seeds: { type: "string", default: "200" } } });
const seeds = Number(values.seeds);
for (const order of ["drawn", "good ones first", "bad ones first"] as const) {
  for (const [name, make] of [
    ["asha", asha],
    ["halving", halving],
  ] as const) {
    for (const budget of [286, 340, 394, 2700]) {
      const runs: Awaited<ReturnType<typeof search>>[] = [];
      for (let seed = 0; seed < seeds; seed++) runs.push(await search(drawn(seed, order), make(), budget));
      const [low, median, high] = quantiles(runs.map(({ regret }) => regret));
      const middle = (key: "used" | "started"): number => quantiles(runs.map((run) => run[key]))[1] as number;
      console.log(
        `${order.padEnd(15)} ${name.padEnd(8)} ${String(budget).padStart(4)} epochs allowed, ${middle("used")} used, ` +
          `${middle("started")} trials: regret ${median} (${low} … ${high})`,
      );
    }
  }
}
