import {
  abortSignal,
  accepting,
  callable,
  type FieldsOf,
  number,
  optional,
  record,
  text,
} from "../../../engine/options.js";
import { type MonitorMode, monitorFields } from "../../../nn/callbacks/monitor.js";
import type { Model } from "../../../nn/models/model.js";
import type { FitOptions } from "../../../nn/training/fitOptions.js";
import type { Table } from "../ending/split.js";
import type { ParamsOf, Space } from "../space/parameters.js";
import { type StudyOptions, studyFields } from "../study/options.js";
import type { TrialRecord } from "../study/record.js";

type Column = Table[string];

/** A network of whatever inputs and outputs. */
export type AnyModel = Model;

/** What a model is tuned on. */
export interface TuneData {
  readonly x: Column;
  readonly y: Column;
  /** A share of the rows to measure trials on, or data of their own. Default: 0.2. */
  readonly validation?: number | { readonly x: Column; readonly y: Column } | undefined;
  /** A share of the rows that nobody sees before the end, or data of their own; 0 for none. Default: 0. */
  readonly test?: number | { readonly x: Column; readonly y: Column } | undefined;
  /** For each row whom it belongs to: rows of one are never torn apart. */
  readonly groups?: readonly (string | number)[] | undefined;
}

/** What `build` knows besides the parameters. */
export interface BuildContext {
  /** For initial weights: the same whenever the trial is evaluated, another with each repeat. */
  readonly seed: number;
}

export interface TuneModelOptions<S extends Space>
  extends Omit<StudyOptions<S>, "space" | "direction" | "noisy" | "keepModels"> {
  /** Makes the compiled network of some parameters. */
  readonly build: (params: ParamsOf<S>, context: BuildContext) => AnyModel | Promise<AnyModel>;
  readonly space: S;
  readonly data: TuneData;
  /** How each network is trained, or a function of the parameters that says so. Default: 10 epochs. */
  readonly fit?: TuneFit | ((params: ParamsOf<S>) => TuneFit) | undefined;
  /** The figure that counts. Default: "val_loss". */
  readonly monitor?: string | undefined;
  /** Whether less or more of it is better. Default: "auto", by its name. */
  readonly mode?: MonitorMode | undefined;
  /** Default: 50. */
  readonly trials?: number | undefined;
  /** Milliseconds after which no trial is begun. Default: no limit. */
  readonly timeLimit?: number | undefined;
  /** How many of the best are trained again, with other seeds, before one is chosen. Default: 3. */
  readonly candidates?: number | undefined;
  /** How often each of them. Default: 2; 0 takes the search at its word. */
  readonly repeats?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Hears of each trial that began, was paused, or ended. */
  readonly onTrial?: ((trial: TrialRecord) => void) | undefined;
}

/** Options of `fit` that trials may have. */
export type TuneFit = Pick<
  FitOptions<unknown, unknown>,
  "batchSize" | "callbacks" | "classWeight" | "epochs" | "shuffle" | "validationBatchSize"
>;

const isColumn = (value: unknown): value is Column => typeof value === "object" && value !== null;
const isPart = (value: unknown): value is number | { readonly x: Column; readonly y: Column } =>
  (typeof value === "number" && value >= 0 && value < 1) ||
  (typeof value === "object" && value !== null && "x" in value && "y" in value);
const isFit = (value: unknown): value is TuneFit | ((params: never) => TuneFit) =>
  typeof value === "function" || (typeof value === "object" && value !== null);

const column = accepting("a tensor, a list of rows, or a record of them", isColumn);
const part = optional(accepting("a share from 0 to below 1, or { x, y }", isPart));

const dataFields = {
  x: column,
  y: column,
  validation: part,
  test: part,
  groups: optional(
    accepting("a text or a number for each row", (value): value is readonly (string | number)[] =>
      Array.isArray(value),
    ),
  ),
} satisfies FieldsOf<TuneData>;

const { direction: _direction, noisy: _noisy, keepModels: _keepModels, space, ...ofStudies } = studyFields;

/** How {@link TuneModelOptions} are read. */
export const tuneModelFields = {
  ...ofStudies,
  space,
  build: callable<TuneModelOptions<Space>["build"]>(),
  data: record(dataFields),
  fit: optional(accepting("options of fit, or a function that gives them", isFit)),
  monitor: text("val_loss"),
  mode: monitorFields.mode,
  trials: number({ default: 50, min: 1, integer: true }),
  timeLimit: optional(number({ above: 0 })),
  candidates: number({ default: 3, min: 1, integer: true }),
  repeats: number({ default: 2, min: 0, integer: true }),
  signal: abortSignal,
  onTrial: optional(callable<(trial: TrialRecord) => void>()),
} satisfies FieldsOf<TuneModelOptions<Space>>;
