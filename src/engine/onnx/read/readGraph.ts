import { ImagoError, nearest } from "../../errors.js";
import { type Attribute, Attributes } from "../../graph/attributes.js";
import { Graph, type Value } from "../../graph/graph.js";
import type { Operator } from "../../graph/operator.js";
import { isElementType } from "../../ops/define/elementType.js";
import { Tensor } from "../../tensor/tensor.js";
import { innerMark } from "../older/innerMark.js";
import { normalize } from "../older/normalize.js";
import { sequenceMakers } from "../older/sequencesByElement.js";
import { namesUsed } from "../proto/bodiesOf.js";
import type { NormalizeContext, PlainNode } from "../proto/plainNode.js";
import type { AttributeRecord, GraphRecord, NodeRecord, TensorRecord } from "../proto/records.js";
import { bodyInputTypes } from "./bodyInputTypes.js";
import { checkCounts, checkInputs, namingNode } from "./checkNode.js";
import { Entry } from "./entry.js";
import type { ExternalData } from "./externalBytes.js";
import { readAttribute } from "./readAttribute.js";
import { readTensor } from "./readTensor.js";
import { readType } from "./readType.js";
import { resolve } from "./resolve.js";
import type { Untouched } from "./untouched.js";

/** Whether a name stands for what a rewritten node computes on its way, which the file has no name for. */
const isInner = (name: string): boolean => name.startsWith(innerMark);

/** What is the same for all graphs of one file. */
export interface ReadContext {
  /** Version of the standard operators that the file is written in. */
  readonly opset: number;
  readonly operatorFor: (domain: string, type: string) => Operator | undefined;
  /** Compute what depends on constant integers only while reading. */
  readonly fold: boolean;
  readonly external: ExternalData | undefined;
  /** See {@link ReadTensorOptions}. */
  readonly own: boolean;
  /** A name that no value of the file has, which begins with the {@link innerMark}. */
  readonly fresh: (base: string) => string;
  /** Where to put what cannot be read and need not be. Default: it is refused. */
  readonly untouched?: Untouched | undefined;
}

/** Reads one GraphProto into a graph, node by node. */
export class GraphReader {
  readonly graph: Graph;
  readonly #context: ReadContext;
  readonly #record: GraphRecord;
  readonly #parent: GraphReader | undefined;
  readonly #entries = new Map<string, Entry>();
  /** Names of results. A node of the same name gives way, so that the values keep theirs. */
  readonly #results: ReadonlySet<string>;
  /** The nodes whose sequences have been read, which are known by their elements alone. */
  readonly #sequences = new Map<string, NodeRecord>();

  constructor(context: ReadContext, graph: Graph, record: GraphRecord, parent?: GraphReader) {
    this.#context = context;
    this.graph = graph;
    this.#record = record;
    this.#parent = parent;
    this.#results = new Set((record.node ?? []).flatMap((node) => node.output ?? []));
  }

  /** The values of the graph by their names in the file, if it has them, and of constants those that untouched nodes use. */
  namedValues(): Map<string, Value> {
    const found = new Map<string, Value>();
    const uses = this.#untouched?.uses ?? new Set();
    for (const [name, entry] of this.#entries) {
      if (isInner(name)) continue;
      const value = uses.has(name) ? entry.value : entry.present;
      if (value !== undefined) found.set(name, value);
    }
    return found;
  }

  declare(name: string, value: Value): void {
    this.#set(name, new Entry(this.graph, name, value));
  }

  /** Reads initialisers, then nodes, then outputs. The inputs have been declared. */
  read(): void {
    this.#readNodes();
    for (const { name = "" } of this.#record.output ?? []) {
      if (this.#untouched?.names.has(name) || this.#leavesSequence(name)) continue;
      this.graph.output(name, this.#require(name).value);
    }
  }

  #readNodes(): void {
    const { initializer = [], node: nodes = [], sparseInitializer } = this.#record;
    if (sparseInitializer !== undefined) throw new ImagoError("sparse initialisers are not supported");
    for (const record of initializer) {
      const name = record.name ?? "";
      if (this.#leaves(record)) continue;
      const tensor = readTensor(record, `initialiser "${name}"`, this.#context);
      this.declare(name, this.graph.constant(tensor, name));
    }
    for (const record of nodes) this.#readNode(record);
  }

  /** Whether an initialiser is of an element type that Imago has not, and is left as it is. */
  #leaves(record: TensorRecord): boolean {
    return !isElementType(record.dataType ?? 0) && this.#untouched?.leaveInitializer(record) === true;
  }

  #set(name: string, entry: Entry): void {
    if (name === "") throw new ImagoError("a value has no name");
    if (this.#entries.has(name)) throw new ImagoError(`the name "${name}" is given to two values`);
    this.#entries.set(name, entry);
  }

  #find(name: string): Entry | undefined {
    const own = this.#entries.get(name);
    return own !== undefined || this.#parent === undefined ? own : this.#parent.#find(name);
  }

  #require(name: string): Entry {
    const found = this.#find(name);
    if (found !== undefined) return found;
    throw this.#missing(name);
  }

  #missing(name: string): ImagoError {
    const reader = this.#computing(name);
    if (reader !== undefined) {
      const why = reader.#sequences.has(name)
        ? "is a sequence; sequences are supported only as far as SequenceAt"
        : "is used before the node that computes it; nodes must stand in order and form no cycle";
      return new ImagoError(`"${name}" ${why}`);
    }
    const known = [...this.#entries.keys()].filter((one) => !isInner(one));
    const meant = nearest(name, known.slice(0, 1000));
    return new ImagoError(
      `there is no value "${name}"${meant === undefined ? "" : `; is "${meant}" meant?`}`,
    );
  }

  /** The reader, this one or one around it, of whose nodes a name is a result. */
  #computing(name: string): GraphReader | undefined {
    let reader: GraphReader | undefined = this;
    while (reader !== undefined && !reader.#results.has(name)) reader = reader.#parent;
    return reader;
  }

  #readNode(record: NodeRecord): void {
    const type = record.opType ?? "";
    try {
      for (const node of normalize(this.#plain(record), this.#context.opset, this.#rules)) this.#place(node);
      if (sequenceMakers.has(type)) this.#sequences.set(record.output?.[0] ?? "", record);
    } catch (thrown) {
      const error = namingNode(thrown, record);
      const leavable = thrown instanceof ImagoError || this.#untouched?.looking === true;
      if (!leavable || !this.#leavesNode(record, error)) throw error;
    }
  }

  /** Whether a node that cannot be read is left as it is. */
  #leavesNode(record: NodeRecord, { message }: ImagoError): boolean {
    const begun = (record.output ?? []).some((name) => name !== "" && this.#find(name) !== undefined);
    if (begun || this.#untouched?.leaveNode(record, message) !== true) return false;
    for (const name of namesUsed(record)) this.#leavesSequence(name);
    return true;
  }

  /** Leaves the node that makes a sequence of that name, read or not, for those that take the sequence itself. */
  #leavesSequence(name: string): boolean {
    const maker = this.#sequences.get(name);
    if (maker === undefined || this.#untouched === undefined) return false;
    this.#untouched.leaveMaker(maker);
    return true;
  }

  /** A sub-graph is left with its node or not at all. */
  get #untouched(): Untouched | undefined {
    return this.#parent === undefined ? this.#context.untouched : undefined;
  }

  /** The node with all attributes but sub-graphs, which need the others and the inputs. */
  #plain(record: NodeRecord): PlainNode {
    const attributes = record.attribute ?? [];
    const plain = attributes.filter(({ g, graphs }) => g === undefined && graphs === undefined);
    return {
      domain: record.domain === "ai.onnx" ? "" : (record.domain ?? ""),
      type: record.opType ?? "",
      name: record.name ?? "",
      inputs: record.input ?? [],
      outputs: record.output ?? [],
      attributes: Object.fromEntries(plain.map((one) => [one.name ?? "", this.#attribute(one)])),
      bodies: attributes.filter((attribute) => !plain.includes(attribute)),
    };
  }

  #attribute(record: AttributeRecord, node?: PlainNode): Attribute {
    return readAttribute(record, {
      tensor: (tensor) => readTensor(tensor, `attribute "${record.name ?? ""}"`, this.#context),
      graph: (body) => {
        if (node === undefined) throw new ImagoError(`attribute "${record.name ?? ""}" holds no graph`);
        return this.#readBody(node, body);
      },
    });
  }

  readonly #rules: NormalizeContext = {
    typeOf: (name) => this.#require(name).type,
    known: (name) => this.#find(name)?.known,
    fresh: (base) => this.#context.fresh(base),
    constant: (tensor, base) => {
      const name = this.#context.fresh(base);
      this.#set(name, new Entry(this.graph, base, tensor));
      return name;
    },
  };

  /** Puts a node into the graph, or what it gives into scope where no operator is needed. */
  #place(node: PlainNode): void {
    const inputs = node.inputs.map((name) => (name === "" ? undefined : this.#require(name)));
    if (node.domain === "" && node.type === "If" && this.#placeBranch(node, inputs[0]?.known)) return;
    const resolved = node.domain === "" ? resolve(node, inputs, this.#context.fold) : undefined;
    if (resolved === undefined) {
      this.#compute(node, inputs);
      return;
    }
    const [name = "", ...more] = node.outputs;
    if (more.length > 0) throw new ImagoError(`expected one output, received ${node.outputs.length}`);
    this.#set(name, resolved instanceof Tensor ? new Entry(this.graph, name, resolved) : resolved);
  }

  /** Puts the nodes of the branch that a known condition takes here. */
  #placeBranch(node: PlainNode, condition: Tensor | undefined): boolean {
    if (condition === undefined) return false;
    const taken = condition.data[0] ? "then_branch" : "else_branch";
    const branch = node.bodies.find(({ name }) => name === taken)?.g;
    if (branch === undefined) throw new ImagoError(`there is no ${taken}`);
    const reader = new GraphReader(this.#context, this.graph, branch, this);
    reader.#readNodes();
    node.outputs.forEach((name, index) => {
      const result = branch.output?.[index]?.name ?? "";
      if (name !== "") this.#set(name, reader.#require(result));
    });
    return true;
  }

  #compute(node: PlainNode, inputs: readonly (Entry | undefined)[]): void {
    const { domain, type } = node;
    const operator = this.#context.operatorFor(domain, type) ?? this.#untouched?.asDeclared(node);
    if (operator === undefined) {
      const where = domain === "" ? "the standard domain" : `domain "${domain}"`;
      throw new ImagoError(`operator ${type} of ${where} is not supported`);
    }
    this.#emit(operator, node, inputs);
  }

  #emit(operator: Operator, node: PlainNode, inputs: readonly (Entry | undefined)[]): void {
    const { name, outputs } = node;
    checkInputs(operator, inputs);
    checkCounts(node);
    const bodies = node.bodies.map((one) => [one.name ?? "", this.#attribute(one, node)]);
    const attributes = new Attributes({ ...node.attributes, ...Object.fromEntries(bodies) });
    const values = this.graph.emit(
      operator,
      inputs.map((input) => input?.value),
      attributes,
      {
        ...(name === "" || this.#results.has(name) ? {} : { node: name }),
        outputs: outputs.map((output) => (output === "" ? undefined : output.replace(innerMark, "~"))),
      },
    );
    outputs.forEach((output, index) => {
      if (output === "") return;
      const value = values[index];
      if (value === undefined) {
        throw new ImagoError(`has ${values.length} outputs, the file wants ${outputs.length}`);
      }
      this.declare(output, value);
    });
  }

  #readBody(node: PlainNode, record: GraphRecord): Graph {
    const body = new Graph(this.graph);
    const reader = new GraphReader(this.#context, body, record, this);
    const fed = node.inputs.map((name) => (name === "" ? undefined : this.#require(name).type));
    const types = bodyInputTypes(node, fed);
    const inputs = record.input ?? [];
    if (types !== undefined && types.length !== inputs.length) {
      throw new ImagoError(`the sub-graph has ${inputs.length} inputs, the node feeds ${types.length}`);
    }
    inputs.forEach((input, index) => {
      const type = types?.[index] ?? readType(input, new Map()).type;
      const name = input.name ?? "";
      if (type === undefined) throw new ImagoError(`the sizes of the sub-graph's input "${name}" are open`);
      reader.declare(name, body.bodyInput(name, type));
    });
    reader.read();
    return body;
  }
}
