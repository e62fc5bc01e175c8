import type { Config } from "../config/config.js";
import { type NamesOf, type Resolver, resolver, type Spec } from "../config/resolver.js";
import type { Loss } from "../losses/loss.js";
import { lossAliases, loss as resolveLoss } from "../losses/resolve.js";
import * as all from "./all.js";
import { classAxis } from "./classAxis.js";
import { lossMetric } from "./lossMetric.js";
import type { Metric, OutputFacts } from "./metric.js";

/** Names of losses, which stand for their means; a metric's own name comes before. */
type LossName = Exclude<(typeof resolveLoss.names)[number], keyof typeof all>;

/** Factories of the losses' means by the losses' names. */
function lossMetrics(): Record<LossName, (config: Config) => Metric> {
  const names = resolveLoss.names.filter((name): name is LossName => !(name in all));
  const factories = names.map((name) => [name, (config?: Config): Metric => meanOfLoss(name, config)]);
  return Object.fromEntries(factories);
}

/** A loss's mean by the loss's name. Without an axis of its own it goes by that of the output's loss. */
function meanOfLoss(name: LossName, { name: reported, ...config }: Config = {}): Metric {
  const made = (options: Config): Metric =>
    lossMetric(
      resolveLoss({ name, config: options }),
      typeof reported === "string" ? { name: reported } : {},
    );
  const plain = made(config);
  if (config.axis !== undefined || !("axis" in plain.config)) return plain;
  return {
    ...plain,
    config: Object.fromEntries(Object.entries(plain.config).filter(([key]) => key !== "axis")),
    forOutput: (output) => made({ ...config, axis: classAxis(output) ?? -1 }),
  };
}

const byName = resolver({ one: "metric", many: "metrics" }, { ...all, ...lossMetrics() }, "result", {
  ...lossAliases,
  acc: "accuracy",
  ce: "crossentropy",
  rmse: "rootMeanSquaredError",
  bpc: "bitsPerCharacter",
  logCoshError: "logCosh",
});

type MetricName = NamesOf<typeof byName>;

/** A name such as `"accuracy"` or `"mae"`, a saved form, a metric, or a loss whose mean is to be reported. */
export type MetricSpec = Spec<Metric, MetricName> | Loss;

/**
 * A {@link Metric} from its name, its saved form, or itself; a loss gives its mean. A name is also what the metric is
 * reported as, as it was written: `"mae"` stays `"mae"`.
 */
export const metric: Resolver<Metric, MetricName, Loss, keyof typeof all | LossName> = Object.assign(
  (spec: MetricSpec, where?: string): Metric => {
    if (typeof spec === "string") return named(byName(spec, where), spec);
    if (typeof spec !== "object" || spec === null) return byName(spec, where);
    if ("reduction" in spec) return lossMetric(spec);
    if ("result" in spec) return spec;
    const saved: unknown = spec.config ?? {};
    if (typeof saved !== "object" || saved === null || Array.isArray(saved)) return byName(spec, where);
    const { type, ...config } = saved as Config;
    if (typeof type !== "string") return byName(spec, where);
    // A metric that is reported under another name than its type's.
    return byName({ name: type, config: { ...config, name: spec.name } }, where);
  },
  { names: byName.names },
);

function named(made: Metric, name: string): Metric {
  return name === made.name ? made : byName({ name: made.name, config: { ...made.config, name } });
}

/** A metric for an output, whose shapes and loss some metrics go by. */
export function resolveMetric(spec: MetricSpec, output: OutputFacts): Metric {
  const made = metric(spec);
  return made.forOutput?.(output) ?? made;
}
