import { ImagoError } from "../../engine/errors.js";
import { oneOf, text } from "../../engine/options.js";
import type { Direction } from "../metrics/metric.js";
import type { FitContext } from "../training/callback.js";
import { figureDirections } from "../training/figureNames.js";
import type { Logs } from "../training/logs.js";

/** Whether small or large figures are good; `auto` goes by the metric behind the figure, and by its name where that does not say. */
export type MonitorMode = "auto" | "min" | "max";

/** The figure that a callback goes by, as one of its options. */
export const monitorFields = {
  monitor: text("val_loss"),
  mode: oneOf<MonitorMode>(["auto", "min", "max"], "auto"),
};

/** Of which more is better, as a figure's last words name them. */
const rising = new Set(
  "acc accuracy auc precision recall score iou similarity truepositives truenegatives".split(" "),
);
/** Of which less is better. */
const falling = new Set(
  (
    "loss error entropy crossentropy ce mse mae mape msle rmse bce kld divergence hinge poisson huber logcosh perplexity " +
    "bitspercharacter bpc falsepositives falsenegatives"
  ).split(" "),
);

/** `val_cosineSimilarity_1`: val, cosine, similarity. */
function wordsOf(name: string): string[] {
  const words = name.replace(/_\d+$/, "").match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+/g) ?? [];
  return words.map((word) => word.toLowerCase());
}

/**
 * Whether a figure should fall or rise.
 *
 * @param known directions of the figures that training has. Default: none, and the name has to tell.
 * @throws when `mode` is `auto`, the figure's direction is not known, and its name tells nothing
 */
export function directionOf(
  where: string,
  monitor: string,
  mode: MonitorMode,
  known: ReadonlyMap<string, Direction> = new Map(),
): Direction {
  if (mode !== "auto") return mode;
  const own = known.get(monitor.replace(/^val_/, ""));
  if (own !== undefined) return own;
  const words = wordsOf(monitor);
  // The loss of an accuracy may be either.
  const isPlain = !words.includes("of");
  for (const count of [1, 2, 3]) {
    const end = words.slice(-count).join("");
    if (isPlain && rising.has(end)) return "max";
    if (isPlain && falling.has(end)) return "min";
  }
  throw new ImagoError(
    `${where}: it cannot be told from the name "${monitor}" whether less or more of it is better; set mode to "min" or "max".`,
  );
}

/**
 * The figure to go by, at the end of an epoch.
 *
 * @returns `undefined` in an epoch without validation, when the figure is one of validation
 * @throws when there is no such figure, naming all
 */
export function monitored(
  where: string,
  monitor: string,
  logs: Logs,
  context: FitContext,
): number | undefined {
  const value = logs[monitor];
  if (value !== undefined) return value;
  const names = Object.keys(logs);
  const isValidation = monitor.startsWith("val_");
  if (isValidation && context.validates && !names.some((name) => name.startsWith("val_"))) return undefined;
  const hint = isValidation && !context.validates ? " Give fit validationData or a validationSplit." : "";
  throw new ImagoError(
    `${where}: there is no figure "${monitor}" to monitor. Available are: ${names.join(", ")}.${hint}`,
  );
}

/**
 * What compares a figure of the training that begins.
 *
 * @param minDelta a change of this much or less is no improvement. Default: 0
 * @throws as {@link directionOf}
 */
export function judgeOf(
  where: string,
  {
    monitor,
    mode,
    minDelta = 0,
  }: { readonly monitor: string; readonly mode: MonitorMode; readonly minDelta?: number },
  { model }: FitContext,
): Judge {
  const known = figureDirections(model.compiled.heads);
  return new Judge(directionOf(where, monitor, mode, known), minDelta);
}

/** Compares figures in one direction. */
export class Judge {
  readonly #sign: 1 | -1;
  readonly #minDelta: number;

  /** @param minDelta a change of this much or less is no improvement */
  constructor(direction: Direction, minDelta: number) {
    this.#sign = direction === "min" ? 1 : -1;
    this.#minDelta = Math.abs(minDelta);
  }

  /**
   * Whether `value` is better than `reference`. What is not finite is never better, and anything finite is better than it or than
   * none: else a first figure of NaN would stay the best for ever.
   */
  improves(value: number, reference: number | undefined): boolean {
    if (!Number.isFinite(value)) return false;
    if (reference === undefined || !Number.isFinite(reference)) return true;
    return this.#sign * value + this.#minDelta < this.#sign * reference;
  }
}
