import {
  accepting,
  type FieldsOf,
  having,
  largestExact,
  list,
  number,
  oneOf,
  optional,
  readOptions,
  record,
  text,
  unchecked,
} from "../../engine/options.js";
import type { SavedArchitecture, SavedGraph, SavedReference } from "./serialize.js";

const place = number({ min: 0, integer: true });
const seed = number({ min: 0, max: largestExact, integer: true });

const isReference = (value: unknown): value is SavedReference =>
  Array.isArray(value) &&
  value.length === 2 &&
  value.every((one) => Number.isSafeInteger(one) && (one as number) >= 0);

const reference = accepting("[source, output], two whole numbers from 0", isReference);

const references = accepting(
  "an array of one tensor or more, each [source, output]",
  (value): value is readonly SavedReference[] =>
    Array.isArray(value) && value.length > 0 && value.every(isReference),
);

const size = accepting(
  "a whole number from 0, or null for an open one",
  (value): value is number | null =>
    value === null || (Number.isSafeInteger(value) && (value as number) >= 0),
);

const graphFields = {
  inputs: list(
    record({
      name: text(),
      layer: optional(place),
      as: optional(text()),
      dtype: optional(text()),
      shape: optional(list(size, "an array of sizes")),
    }),
    "an array of inputs",
  ),
  calls: list(record({ layer: place, inputs: references }), "an array of calls"),
  outputs: list(record({ name: text(), from: reference }), "an array of outputs"),
} satisfies FieldsOf<SavedGraph>;

const kind = oneOf(["single", "list", "record"]);
const objects = (what: string) => list(unchecked<unknown>("anything"), `an array of ${what}`);

const fields = {
  name: text(),
  seed,
  // Each is checked as it is made.
  layers: objects("layers"),
  graph: record(graphFields),
  structure: record({ inputs: kind, outputs: kind }),
  compile: optional(
    record({
      optimizer: having<{ readonly name: string }>("an optimizer's name and config", "name"),
      heads: list(
        record({
          loss: optional(unchecked<unknown>("a loss")),
          weight: number(),
          metrics: objects("metrics"),
          weightedMetrics: optional(objects("metrics")),
        }),
        "an array of outputs' losses and metrics",
      ),
    }),
  ),
} satisfies FieldsOf<SavedArchitecture>;

/**
 * Checks that a model's architecture, which may come from a file, has the form of one. What its layers, its optimiser and so on
 * say is checked by each as it is made.
 *
 * @throws ImagoError naming the place: `the saved model: graph: calls[0]: layer must be a whole number from 0, received -1.`
 */
export function checkArchitecture(architecture: unknown): asserts architecture is SavedArchitecture {
  readOptions("the saved model", architecture, fields);
}

/** Checks the graph of a model inside another, as {@link checkArchitecture} does. */
export function checkInnerGraph(graph: unknown): asserts graph is SavedGraph {
  readOptions("the saved model inside", graph, graphFields);
}
