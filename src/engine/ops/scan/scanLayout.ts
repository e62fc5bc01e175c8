import { Attributes, graphAttribute, int, ints } from "../../graph/attributes.js";
import type { Graph } from "../../graph/graph.js";
import type { Inputs } from "../../graph/operator.js";

/** How a Scan node's parts lie in its inputs and outputs. */
export interface ScanLayout {
  readonly body: Graph;
  /** Number of states: the first inputs and outputs. */
  readonly states: number;
  /** For each sequence 0, or 1 where it is read from its end. */
  readonly inputDirections: readonly number[];
  /** For each stacked output 0, or 1 where it is filled from its end. */
  readonly outputDirections: readonly number[];
}

/** Reads the layout from a node's inputs and attributes. */
export function scanLayout({ inputs, attributes }: { inputs: Inputs; attributes: Attributes }): ScanLayout {
  const body = attributes.graph("body");
  const sequences = attributes.int("num_scan_inputs");
  const states = inputs.length - sequences;
  const outputs = body.outputs.length - states;
  return {
    body,
    states,
    inputDirections: attributes.ints("scan_input_directions") ?? new Array(sequences).fill(0),
    outputDirections: attributes.ints("scan_output_directions") ?? new Array(Math.max(0, outputs)).fill(0),
  };
}

/** The attributes of a Scan node. */
export function scanAttributes({
  body,
  inputDirections,
  outputDirections,
}: Omit<ScanLayout, "states">): Attributes {
  const unlessForward = (directions: readonly number[]) =>
    directions.includes(1) ? ints(directions) : undefined;
  return new Attributes({
    body: graphAttribute(body),
    num_scan_inputs: int(inputDirections.length),
    scan_input_directions: unlessForward(inputDirections),
    scan_output_directions: unlessForward(outputDirections),
  });
}
