import { ImagoError } from "../../engine/errors.js";
import type { Direction, Metric } from "../metrics/metric.js";
import { metric } from "../metrics/resolve.js";
import type { Head } from "../network/heads.js";

/** What each figure of an epoch is called. */
export interface FigureNames {
  /** By output; `undefined` where the output's loss has no figure of its own. */
  readonly losses: readonly (string | undefined)[];
  /** By output and metric: those that ignore weights first, then those that use them. */
  readonly metrics: readonly (readonly string[])[];
}

/**
 * A name of its own for each figure: with several outputs `NAME_loss` and `NAME_metric`. A metric whose name is taken is called
 * `weighted_metric` where it is one of `weightedMetrics`, as in Keras, and `metric_1`, `metric_2` and so on else. What validation
 * makes of the other names, `val_…`, counts as taken.
 */
export function figureNames(heads: readonly Head[], metrics: readonly (readonly Metric[])[]): FigureNames {
  const several = heads.length > 1;
  const taken = new Set(["epoch"]);
  const take = (name: string): string => {
    taken.add(name);
    taken.add(`val_${name}`);
    return name;
  };
  take("loss");
  // Before all metrics, so that no metric is called as another output's loss.
  const losses = heads.map(({ name, loss }) =>
    several && loss !== undefined ? take(unique(`${name}_loss`, taken)) : undefined,
  );
  return {
    losses,
    metrics: heads.map((head, at) => {
      const prefix = several ? `${head.name}_` : "";
      return (metrics[at] ?? []).map(({ name }, index) => {
        checkName(prefix + name);
        const isWeighted = index >= head.metrics.length;
        const plain = prefix + name;
        const wanted = taken.has(plain) && isWeighted ? `${prefix}weighted_${name}` : plain;
        return take(unique(wanted, taken));
      });
    }),
  };
}

/** @throws ImagoError on a name that every record has by itself */
function checkName(name: string): void {
  if (!(name in {})) return;
  throw new ImagoError(`a metric cannot be called "${name}", which every object has in JavaScript.`, {
    help: "Give it another name.",
  });
}

/** Whether less or more of each figure is better, by its name; left out where the metric behind it does not say. */
export function figureDirections(heads: readonly Head[]): ReadonlyMap<string, Direction> {
  const metrics = heads.map((head) => [...head.metrics, ...head.weightedMetrics].map((spec) => metric(spec)));
  const names = figureNames(heads, metrics);
  const known = new Map<string, Direction>();
  for (const name of ["loss", ...names.losses]) if (name !== undefined) known.set(name, "min");
  metrics.forEach((list, head) => {
    list.forEach(({ direction }, index) => {
      if (direction !== undefined) known.set(names.metrics[head]?.[index] as string, direction);
    });
  });
  return known;
}

function unique(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  for (let count = 1; ; count++) if (!taken.has(`${name}_${count}`)) return `${name}_${count}`;
}
