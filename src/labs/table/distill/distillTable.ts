import type { Generator } from "../../../engine/random/generator.js";
import type { Risk } from "../../../methods/ensemble/risk.js";
import { putRows } from "../../../methods/ensemble/rows.js";
import { honestLosses } from "../../../methods/ensemble/superLearner/honestLosses.js";
import { oneColumn, poolWidth } from "../../../methods/ensemble/superLearner/oneColumn.js";
import { poolPredictor } from "../model/poolPredictor.js";
import { TableModel } from "../model/tableModel.js";
import { residualWithin } from "../residualWithin.js";
import type { TableTask, TypedTable } from "../table.js";
import type { OuterPool, TrainedTable } from "../training/trainTable.js";
import { type Lesson, student } from "./student.js";

export interface DistillTableOptions {
  readonly table: TypedTable;
  readonly y: Float64Array;
  readonly weights?: Float64Array | undefined;
  /** `[rows]`: rows of one group are one cluster. Default: each row by itself. */
  readonly groups?: ArrayLike<number | string> | undefined;
  readonly task: TableTask;
  /** Default: none, y holds numbers. */
  readonly classes?: number | undefined;
  /** Whether each fold was predicted from earlier rows alone. Default: false. */
  readonly byTime?: boolean | undefined;
  readonly trained: TrainedTable;
  /** The whole. */
  readonly model: TableModel;
  readonly random: Generator;
  readonly signal?: AbortSignal | undefined;
  /** By `performance.now()`: when it has to be over. */
  readonly deadline: number;
}

/** A small network in the place of the whole, and what it costs more. */
export interface DistilledTable {
  readonly model: TableModel;
  /** By the report's loss, on rows that nothing of it had seen, neither it nor its teacher; absent where there was no time to judge it. */
  readonly risk?: Risk | undefined;
  /** Less that of the whole, row by row. */
  readonly difference?: Risk | undefined;
  readonly epochs: number;
}

/** Name of the only member of a distilled model. */
const memberName = "distilled network";
const mostEpochs = 60;
/** Fewer teach too little for the time of judging them to be well spent. */
const fewestJudged = 3;
/** Part of the time that is planned with. */
const planned = 0.7;

/**
 * Teaches a small network what the whole says (Hinton, Vinyals and Dean 2015), and judges it as the whole is: without each fold in turn by
 * a teacher that had not seen the fold either.
 *
 * @throws the signal's reason when it aborts
 */
export async function distillTable(options: DistillTableOptions): Promise<DistilledTable> {
  const { table, classes, trained, model, random, signal, deadline } = options;
  const began = performance.now();
  const lesson = {
    columns: table.columns,
    x: table.x,
    teacher: model,
    classes,
    random: random.split("all"),
    signal,
  };
  // One epoch is what there is where there is no time for more.
  let learnt = await student({ ...lesson, epochs: 1 });
  const first = performance.now() - began;
  const epochs = epochsWithin(planned * (deadline - performance.now()), first, 1 + trained.outer.length);
  const second = performance.now();
  if (epochs > 1) learnt = await student({ ...lesson, epochs });
  const each = Math.max(1, performance.now() - second) / epochs;
  const predictions = await heldOutPredictions(options, epochs, each);
  const judged = predictions === undefined ? undefined : riskOf(options, predictions);
  const { within: _, ...state } = model.state;
  return {
    model: new TableModel({
      ...state,
      members: [{ name: memberName, weight: 1, state: learnt.state }],
      within:
        classes === undefined
          ? residualWithin(options.y, predictions === undefined ? trained : { ...trained, predictions })
          : undefined,
    }),
    ...judged,
    epochs,
  };
}

/** Epochs for which there is time in so many fits; where there is little, in the one that is needed. */
function epochsWithin(time: number, each: number, fits: number): number {
  const ofAll = Math.min(mostEpochs, Math.floor(time / fits / each));
  return ofAll >= fewestJudged ? ofAll : Math.max(1, Math.min(mostEpochs, Math.floor(time / each)));
}

/** In the form of the whole's; nothing where time does not suffice for all folds. */
async function heldOutPredictions(
  options: DistillTableOptions,
  epochs: number,
  each: number,
): Promise<Float64Array | undefined> {
  const { table, classes, trained, random, deadline, y } = options;
  const width = poolWidth(classes);
  const all = new Float64Array(y.length * width).fill(Number.NaN);
  const { outer } = trained;
  if (outer.length === 0) return undefined;
  for (const [fold, { rows, members }] of outer.entries()) {
    if (performance.now() + epochs * each > deadline) return undefined;
    const learnt = await student({
      ...withoutFold(options, { rows, members }),
      ...{ epochs, random: random.split("fold").split(fold) },
    });
    const given = await learnt.predict(table.x.select({ rows }));
    putRows(oneColumn(given, classes), rows, width, all);
  }
  return all;
}

function withoutFold(
  { table, classes, trained, byTime, signal }: DistillTableOptions,
  { rows, members }: OuterPool,
): Omit<Lesson, "epochs" | "random"> {
  const unseen = new Set(rows);
  const first = rows[0] as number;
  const others = Int32Array.from({ length: table.x.rows }, (_, row) => row).filter((row) =>
    byTime === true ? row < first : !unseen.has(row),
  );
  return {
    ...{ columns: table.columns, x: table.x.select({ rows: others }), classes, signal },
    teacher: poolPredictor(members, trained.method, classes ?? 1),
  };
}

function riskOf(
  { table, y, weights, groups, task, classes, trained }: DistillTableOptions,
  predictions: Float64Array,
): Pick<DistilledTable, "risk" | "difference"> {
  const rows = { x: table.x, y, weights, classes };
  const folds = trained.outer.map(({ rows: validation }) => ({ training: new Int32Array(), validation }));
  const found = honestLosses(rows, ["whole", "distilled"], [trained.predictions, predictions], {
    predicted: trained.judged,
    ...{ ids: groups, folds, task },
  });
  const own = found[task === "regression" ? "squaredError" : "logLikelihood"]?.[1];
  return own === undefined
    ? {}
    : {
        risk: { risk: own.risk, standardError: own.standardError },
        difference: { risk: own.difference, standardError: own.differenceError },
      };
}
