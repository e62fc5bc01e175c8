import { Graph } from "../../../engine/graph/graph.js";
import { decode } from "../../../engine/onnx/proto/decode.js";
import { encode, type ProtoRecord } from "../../../engine/onnx/proto/encode.js";
import type { GraphRecord, ModelRecord } from "../../../engine/onnx/proto/records.js";
import { modelProto } from "../../../engine/onnx/proto/schema.js";
import { openSizes } from "../../../engine/onnx/write/openSizes.js";
import { byName, type FieldsOf, having, optional, readOptions, text } from "../../../engine/options.js";
import { matrixWidth } from "../columnSpans.js";
import { type TableModel, tableModelField } from "../model/tableModel.js";
import { columnFront, labelDomain, matrixName } from "./columnFront.js";
import { described, elementTypes, int, node, texts } from "./records.js";

/** The version of the operators for label maps that is meant. */
const labelVersion = 3;

/** Numbers of rows at which the graph is looked at, to find what depends on them. */
const sizes = [5, 11] as const;

export interface TableOnnxOptions {
  /** Further texts for the file's metadata. Default: none. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /**
   * An ONNX model that finds the features of pictures, from pixels from 0 to 255, `[batch, height, width, 3]`, which then are the input of such a
   * column. Default: none, and the inputs are the features themselves, float64 `[batch, features]`.
   */
  readonly pictures?: Uint8Array | undefined;
}

const fields = {
  metadata: optional(byName(text(), "texts by their keys")),
  pictures: optional(having<Uint8Array>("an ONNX model's bytes", "byteLength")),
} satisfies FieldsOf<TableOnnxOptions>;

/**
 * A table's model as the bytes of one `.onnx` file with its preparation: an input for each column, under its name, `[batch, 1]`: float64 for
 * numbers (NaN where one is missing), float64 days since the beginning of 1970 for dates, texts, trimmed, for categories ("" where none is
 * given), and for sentences, with a space in the place of tabs and line ends. Outputs are `prediction`, float64 `[batch, 1]`, or `probabilities`, float64 `[batch, classes]`, and `label`, text `[batch]`.
 *
 * It computes in float64, so that its predictions are those of the model itself.
 *
 * @throws ImagoError on what is no model, and on unknown options
 */
export function tableOnnx(model: TableModel, options: TableOnnxOptions = {}): Uint8Array {
  tableModelField.read("tableOnnx", "model", model);
  const { metadata = {}, pictures } = readOptions("tableOnnx", options, fields);
  const output = model.state.classes === undefined ? "prediction" : "probabilities";
  const graphs = sizes.map((rows) => graphAt(model, rows, output));
  const about = { ...metadata, "imago.table": JSON.stringify(columnsOf(model)) };
  const bytes = openSizes(graphs, [{ name: "batch", sizes: [...sizes] }], { metadata: about });
  const record: ModelRecord = decode(modelProto, bytes, "the table's model");
  return encode(modelProto, withEnds(model, record, pictures) as ProtoRecord);
}

function graphAt(model: TableModel, rows: number, output: string): Graph {
  const graph = new Graph();
  const x = graph.input(matrixName, { dtype: "float64", shape: [rows, matrixWidth(model.columns)] });
  graph.output(
    output,
    graph.scoped("table", () => model.pool.emit(x)),
  );
  return graph;
}

/** What a program needs to know to give the columns, beside their names. */
const columnsOf = ({ state: { task, target, schema } }: TableModel): object => ({
  version: 1,
  task,
  target,
  schema,
});

/** The graph with its columns in front, in the place of the matrix, and the names of classes behind it. */
function withEnds(
  { state, columns }: TableModel,
  model: ModelRecord,
  pictures: Uint8Array | undefined,
): ModelRecord {
  const front = columnFront(columns, pictures);
  const graph = model.graph ?? {};
  const classes = state.classes === undefined ? undefined : classEnd(state.classes);
  const whole: GraphRecord = {
    ...graph,
    input: front.inputs,
    node: [...front.nodes, ...(graph.node ?? []), ...(classes?.node ?? [])],
    initializer: [...front.constants, ...(graph.initializer ?? []), ...(classes?.initializer ?? [])],
    output: [...(graph.output ?? []), ...(classes?.output ?? [])],
  };
  const opsets = [...(model.opsetImport ?? [])];
  if (front.needsLabels) opsets.push({ domain: labelDomain, version: labelVersion });
  return { ...model, graph: whole, opsetImport: opsets };
}

/** The name of the most probable class. */
function classEnd(
  classes: readonly string[],
): Required<Pick<GraphRecord, "node" | "initializer" | "output">> {
  return {
    node: [
      node("ArgMax", ["probabilities"], "table/most", [int("axis", 1), int("keepdims", 0)]),
      node("Gather", ["table/classes", "table/most"], "label"),
    ],
    initializer: [texts("table/classes", [classes.length], classes)],
    output: [described("label", elementTypes.string, [null])],
  };
}
