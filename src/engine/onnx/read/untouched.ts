import { ImagoError, messageOf } from "../../errors.js";
import type { Operator } from "../../graph/operator.js";
import { dtypeOfElement, isElementType } from "../../ops/define/elementType.js";
import type { TensorType } from "../../tensor/tensor.js";
import { bodiesOf, namesUsed } from "../proto/bodiesOf.js";
import type { PlainNode } from "../proto/plainNode.js";
import type { GraphRecord, NodeRecord, TensorRecord, ValueInfoRecord } from "../proto/records.js";

/**
 * What of a file stays as the file has it, since it cannot be read: nodes of operators that Imago has not, what
 * depends on them, and inputs and initialisers of element types that Imago has not.
 */
export class Untouched {
  readonly inputs: ValueInfoRecord[] = [];
  readonly initializers: TensorRecord[] = [];
  readonly nodes: NodeRecord[] = [];
  /** The names of their values. */
  readonly names = new Set<string>();
  /** Names of values inside their sub-graphs. */
  readonly inner = new Set<string>();
  /** Names that the values that are read must not get. */
  readonly reserved: ReadonlySet<string>;
  /** The types that the file declares for results of nodes, where all sizes are known. */
  declaredTypes: ReadonlyMap<string, TensorType> = new Map();
  /** Why the first node of each branch, an input or an initialiser could not be read. */
  readonly causes: string[] = [];
  /** Whether nothing need be read, nor written again: the file is looked at as far as it can be. */
  readonly looking: boolean;
  readonly #needed: ReadonlySet<string>;
  #declared = 0;

  /** @param needed names of values that have to be read; `undefined`: none, see {@link looking} */
  constructor(needed: ReadonlySet<string> | undefined, reserved: ReadonlySet<string> = new Set()) {
    this.looking = needed === undefined;
    this.#needed = needed ?? new Set();
    this.reserved = reserved;
  }

  get isEmpty(): boolean {
    return this.inputs.length + this.initializers.length + this.nodes.length + this.#declared === 0;
  }

  /**
   * An operator that stands for one that Imago has not, where the file declares what the node gives. It lets no
   * gradient through, which does no harm where none has to pass.
   */
  asDeclared({ domain, type, inputs, outputs }: PlainNode): Operator | undefined {
    if (this.looking) return undefined;
    const types = outputs.map((name) => (name === "" ? nothing : this.declaredTypes.get(name)));
    if (types.includes(undefined) || types.every((one) => one === nothing)) return undefined;
    this.#declared++;
    return {
      type,
      domain,
      // Which of its inputs may be left out is not known: the file decides.
      arity: [0, inputs.length],
      infer: () => types as TensorType[],
      gradient: { none: "Imago has not got this operator" },
      broadcasts: false,
      partialGradients: true,
      optionalOutputs: 0,
      leftOut: new Set(types.flatMap((one, index) => (one === nothing ? [index] : []))),
    };
  }

  /** Names of values that are read and used by what is not. */
  get uses(): Set<string> {
    const used = this.nodes.flatMap(namesUsed);
    return new Set(used.filter((name) => name !== "" && !this.names.has(name) && !this.inner.has(name)));
  }

  /** Takes a node unless it is needed. */
  leaveNode(node: NodeRecord, cause: string): boolean {
    if ((node.output ?? []).some((name) => this.#needed.has(name))) return false;
    if (!namesUsed(node).some((name) => this.names.has(name))) this.causes.push(cause);
    this.nodes.push(node);
    for (const name of node.output ?? []) if (name !== "") this.names.add(name);
    for (const name of innerNames(node)) this.inner.add(name);
    return true;
  }

  /** Takes a node that makes a sequence, whose elements may have been read as well. It stands before what uses it. */
  leaveMaker(node: NodeRecord): void {
    if (this.nodes.includes(node)) return;
    this.nodes.unshift(node);
    for (const name of node.output ?? []) this.names.add(name);
  }

  /** Takes an initialiser unless it is needed. */
  leaveInitializer(tensor: TensorRecord): boolean {
    const { name = "", dataLocation } = tensor;
    if (this.#needed.has(name)) return false;
    this.causes.push(causeOf(`initialiser "${name}"`, tensor.dataType));
    if (dataLocation === 1 && !this.looking) {
      throw new ImagoError(
        `initialiser "${name}": element type ${tensor.dataType ?? 0} in a file of its own is not supported`,
      );
    }
    this.initializers.push(tensor);
    this.names.add(name);
    return true;
  }

  /** The graph without inputs that cannot be read and are not needed. */
  withoutInputs(graph: GraphRecord, fed: readonly ValueInfoRecord[]): GraphRecord {
    const left = fed.filter(({ name = "", type }) => {
      const readable = isElementType(type?.tensorType?.elemType ?? 0);
      return !readable && !this.#needed.has(name);
    });
    this.inputs.push(...left);
    for (const { name = "", type } of left) {
      this.names.add(name);
      this.causes.push(causeOf(`input "${name}"`, type?.tensorType?.elemType));
    }
    return { ...graph, input: (graph.input ?? []).filter((input) => !left.includes(input)) };
  }
}

/** Why what is of an element type that Imago has not cannot be read. */
function causeOf(what: string, elementType = 0): string {
  try {
    return `${what}: ${dtypeOfElement(elementType)}`;
  } catch (error) {
    return `${what}: ${messageOf(error)}`;
  }
}

/** Stands for the type of an output that is left out, which nothing can use. */
const nothing: TensorType = { dtype: "float32", shape: [] };

/** The names that a node's sub-graphs define. */
function innerNames(node: NodeRecord): string[] {
  return bodiesOf(node).flatMap(({ node = [], input = [], initializer = [] }) => [
    ...node.flatMap((inner) => [...(inner.output ?? []), ...innerNames(inner)]),
    ...[...input, ...initializer].map((one) => one.name ?? ""),
  ]);
}
