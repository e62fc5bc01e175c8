import { accepting, type Field } from "../options.js";
import { Graph, Value } from "./graph.js";

/** A graph that is given as an argument. */
export const graphField: Field<Graph> = accepting(
  "a Graph",
  (value): value is Graph => value instanceof Graph,
);

/** A value of a graph. */
export const valueField: Field<Value> = accepting(
  "a value of a graph",
  (value): value is Value => value instanceof Value,
);

/** Values of a graph. */
export const valuesField: Field<readonly Value[]> = accepting(
  "an array of values of a graph",
  (value): value is readonly Value[] => Array.isArray(value) && value.every((one) => one instanceof Value),
);
