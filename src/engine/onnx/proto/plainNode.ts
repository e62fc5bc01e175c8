import type { Attribute } from "../../graph/attributes.js";
import type { Tensor, TensorType } from "../../tensor/tensor.js";
import type { AttributeRecord } from "./records.js";

/** A node as a file has it: values by name, "" for an input or output left out. */
export interface PlainNode {
  readonly domain: string;
  readonly type: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** The attributes that hold sub-graphs. */
  readonly bodies: readonly AttributeRecord[];
}

/** What rules may ask of the graph that is being read. */
export interface NormalizeContext {
  /** The type of a value that stands before the node. */
  typeOf(name: string): TensorType;
  /** The elements of a value, where they are known. */
  known(name: string): Tensor | undefined;
  /** Adds a constant; returns the name to refer to it. */
  constant(tensor: Tensor, base: string): string;
  /** A name for a result between the nodes that a rule makes. */
  fresh(base: string): string;
}
