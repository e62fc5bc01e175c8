import { ImagoError } from "../../errors.js";
import type { Attribute } from "../../graph/attributes.js";
import type { TensorType } from "../../tensor/tensor.js";
import { isOlder, upgrade } from "../older/normalize.js";
import type { NormalizeContext, PlainNode } from "../proto/plainNode.js";
import type {
  AttributeRecord,
  GraphRecord,
  ModelRecord,
  NodeRecord,
  TensorRecord,
} from "../proto/records.js";
import type { PartlyRead } from "../read/read.js";
import { readAttribute } from "../read/readAttribute.js";
import { readTensor } from "../read/readTensor.js";
import {
  attributeRecord,
  modelRecord,
  opsetVersion,
  tensorRecord,
  type WriteOptions,
} from "../write/write.js";

/**
 * The model that was read, with what has been added to its graph since, together with what was left untouched.
 *
 * The result is of opset 21, or of the file's where that is newer. Untouched nodes of older opsets are brought to it
 * where their types need not be known for that.
 *
 * @throws when an untouched node's form of opset 21 depends on its inputs' types, naming the node
 */
export function spliceUntouched(part: PartlyRead, options: WriteOptions): ModelRecord {
  const { untouched, record, graph } = part;
  const outputs = graph.outputs.map(({ name }) => name);
  for (const name of untouched.uses) keepName(part, name);
  const written = modelRecord(graph, options);
  const from = written.graph as GraphRecord;
  const upgrading = new Upgrading(part);
  const nodes = untouched.nodes.flatMap((node) => upgrading.node(node));
  const own = new Map((from.output ?? []).map((output) => [output.name, output]));
  const declared = record.graph?.output ?? [];
  const added = outputs.filter((name) => !declared.some((output) => output.name === name));
  return {
    ...written,
    irVersion: Math.max(Number(written.irVersion), part.irVersion),
    graph: {
      ...from,
      node: [...(from.node ?? []), ...withoutTakenNames(nodes, from.node ?? [])],
      initializer: [...(from.initializer ?? []), ...untouched.initializers, ...upgrading.constants],
      input: [...(from.input ?? []), ...untouched.inputs],
      output: [
        ...declared.map((output) => own.get(output.name) ?? output),
        ...added.map((name) => own.get(name) ?? { name }),
      ],
      valueInfo: (record.graph?.valueInfo ?? []).filter(({ name = "" }) => untouched.names.has(name)),
    },
    opsetImport: opsetsOf(written, part),
  };
}

/** Sees to it that a value which untouched nodes use is written under its name in the file. */
function keepName({ graph, values }: PartlyRead, name: string): void {
  const value = values.get(name);
  if (value === undefined || graph.outputs.some((output) => output.name === name)) return;
  if (value.producer !== undefined || value.name !== name) graph.output(name, value);
}

/** Nodes lose the names that others have: ONNX Runtime wants them to differ, and nothing refers to them. */
function withoutTakenNames(nodes: readonly NodeRecord[], others: readonly NodeRecord[]): NodeRecord[] {
  const taken = new Set(others.map(({ name }) => name));
  return nodes.map(({ name, ...node }) => (name === undefined || taken.has(name) ? node : { ...node, name }));
}

function opsetsOf(
  written: ModelRecord,
  { record, opset }: PartlyRead,
): { readonly domain: string; readonly version: number | bigint }[] {
  const imports = [...(written.opsetImport ?? []), ...(record.opsetImport ?? [])];
  const versions = new Map(imports.map(({ domain = "", version = 1 }) => [domain, version]));
  versions.delete("ai.onnx");
  versions.set("", Math.max(opset, opsetVersion));
  return [...versions].sort(([a], [b]) => (a < b ? -1 : 1)).map(([domain, version]) => ({ domain, version }));
}

/** Brings nodes to opset 21 without knowing the types of their inputs. */
class Upgrading {
  readonly constants: TensorRecord[] = [];
  readonly #part: PartlyRead;
  readonly #context: NormalizeContext;
  #count = 0;

  constructor(part: PartlyRead) {
    this.#part = part;
    this.#context = {
      typeOf: (name) => this.#typeOf(name),
      known: (name) => part.values.get(name)?.constant,
      fresh: (base) => this.#fresh(base),
      constant: (tensor, base) => {
        const name = this.#fresh(base);
        this.constants.push(tensorRecord(tensor, name));
        return name;
      },
    };
  }

  /** The node in opset 21; the very same where nothing about it has changed. */
  node(record: NodeRecord): readonly NodeRecord[] {
    const { opset } = this.#part;
    if (opset >= opsetVersion) return [record];
    const attributes = record.attribute ?? [];
    const isBody = ({ g, graphs }: AttributeRecord): boolean => g !== undefined || graphs !== undefined;
    const bodies = attributes.filter(isBody).map((one) => this.#body(one));
    const plain = { ...record, attribute: attributes.filter((one) => !isBody(one)) };
    try {
      return this.#rewritten(plain).map((node) =>
        bodies.length === 0 ? node : { ...node, attribute: [...(node.attribute ?? []), ...bodies] },
      );
    } catch (error) {
      if (!(error instanceof ImagoError)) throw error;
      const label = `${record.opType ?? ""} "${record.name || (record.output?.[0] ?? "")}"`;
      throw new ImagoError(
        `${label} stands beside what is differentiated, and cannot be brought from opset ${opset} to ` +
          `${opsetVersion} as the gradient is: ${error.message}`,
        { cause: error },
      );
    }
  }

  #rewritten(record: NodeRecord): readonly NodeRecord[] {
    const { opset } = this.#part;
    const { opType: type = "", domain = "", input: inputs = [], output: outputs = [] } = record;
    if (!isOlder(domain, type, opset)) return [record];
    const attributes = (record.attribute ?? []).map((one): [string, Attribute] => [
      one.name ?? "",
      readAttribute(one, { tensor: (tensor) => readTensor(tensor, "attribute"), graph: noGraph }),
    ]);
    const plain: PlainNode = {
      domain: "",
      type,
      name: record.name ?? "",
      inputs,
      outputs,
      attributes: Object.fromEntries(attributes),
      bodies: [],
    };
    return upgrade(plain, opset, this.#context).map((node) => ({
      opType: node.type,
      name: node.name,
      input: node.inputs,
      output: node.outputs,
      attribute: Object.entries(node.attributes).map(
        ([name, attribute]) => attributeRecord(name, attribute, new Map()) as AttributeRecord,
      ),
    }));
  }

  #body(attribute: AttributeRecord): AttributeRecord {
    const brought = (graph: GraphRecord): GraphRecord => ({
      ...graph,
      node: (graph.node ?? []).flatMap((node) => this.node(node)),
    });
    const { g, graphs } = attribute;
    return {
      ...attribute,
      ...(g === undefined ? {} : { g: brought(g) }),
      ...(graphs === undefined ? {} : { graphs: graphs.map(brought) }),
    };
  }

  #typeOf(name: string): TensorType {
    const found = this.#part.values.get(name)?.type;
    if (found !== undefined) return found;
    throw new ImagoError(`the type of its input "${name}" is not known`);
  }

  #fresh(base: string): string {
    let name: string;
    do name = this.#part.graph.uniqueName(`${base}~${this.#count++}`);
    while (this.#part.untouched.names.has(name));
    return name;
  }
}

function noGraph(): never {
  throw new ImagoError("a sub-graph in an unexpected place");
}
