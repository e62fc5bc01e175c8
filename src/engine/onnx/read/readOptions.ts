import type { Operator } from "../../graph/operator.js";
import {
  byName,
  callable,
  type FieldsOf,
  flag,
  list,
  number,
  numbers,
  optional,
  type ReadOf,
  text,
} from "../../options.js";
import type { Shape } from "../../tensor/shape.js";
import type { ExternalData } from "./externalBytes.js";

export interface ReadOptions {
  /** What errors call the file. Default: `"model.onnx"`. */
  readonly name?: string | undefined;
  /** Whole shapes of inputs by name, for inputs with open sizes. */
  readonly inputShapes?: Readonly<Record<string, Shape>> | undefined;
  /** Open sizes by the names that the file gives them: `{ batch: 1 }`. */
  readonly dimensions?: Readonly<Record<string, number>> | undefined;
  /**
   * What an open first axis of an input is, named or not, where no other option says. Default: it must be given.
   */
  readonly batch?: number | undefined;
  /** Reads tensor data that lie in other files. Default: such a model is refused. */
  readonly externalData?: ExternalData | undefined;
  /**
   * Read only what these values (by their names in the file) depend on; they become the graph's outputs.
   * What stands behind them need not fit the given sizes, nor have operators that Imago knows. Default: all.
   */
  readonly outputs?: readonly string[] | undefined;
  /** Take `inputShapes` also where the file declares other sizes, as convolutions allow. Default: false. */
  readonly anySize?: boolean | undefined;
  /** Looks an operator up. Default: the operators that Imago defines. */
  readonly operatorFor?: ((domain: string, type: string) => Operator | undefined) | undefined;
}

/** How files are named and their other parts found. */
export const fileFields = {
  name: text("model.onnx"),
  externalData: optional(callable<ExternalData>()),
};

/** How sizes are read; whether they fit is seen where the file is known. */
export const sizeFields = {
  inputShapes: optional(byName(numbers(), "shapes by the name of an input")),
  dimensions: optional(byName(number(), "sizes by their names")),
} satisfies FieldsOf<Pick<ReadOptions, "inputShapes" | "dimensions">>;

const batch = optional(number({ min: 0, integer: true }));

const operatorFor = optional(callable<NonNullable<ReadOptions["operatorFor"]>>());

/** The options of those who read a whole file. */
export const wholeFields = { ...fileFields, ...sizeFields, batch, operatorFor };

export const readFields = {
  ...wholeFields,
  outputs: optional(list(text(), "an array of names")),
  anySize: flag(false),
} satisfies FieldsOf<ReadOptions>;

/** {@link ReadOptions} in full. */
export type ReadSettings = ReadOf<typeof readFields>;
