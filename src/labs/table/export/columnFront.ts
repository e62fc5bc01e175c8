import type { NodeRecord, TensorRecord, ValueInfoRecord } from "../../../engine/onnx/proto/records.js";
import type { CategoryColumn, TableColumn, TextColumn } from "../table.js";
import { featureFront, pictureFront } from "./pictureFront.js";
import {
  described,
  doubles,
  elementTypes,
  float,
  floats,
  int,
  node,
  singles,
  strings,
  texts,
  wholes,
} from "./records.js";

/** The domain of the operator for large label maps. */
export const labelDomain = "ai.onnx.ml";

/** Levels that are compared one by one, in operators that every program has. */
const mostCompared = 30;

/** What stands in front of the graph, in which columns of a table become its matrix. */
export interface Front {
  readonly inputs: readonly ValueInfoRecord[];
  readonly nodes: readonly NodeRecord[];
  readonly constants: readonly TensorRecord[];
  /** Whether it needs the operators of {@link labelDomain}. */
  readonly needsLabels: boolean;
}

/** The value that holds the matrix. */
export const matrixName = "table/matrix";

/**
 * Columns by their names, as inputs `[batch, 1]`, joined to the matrix: of categories the number of the level, NaN where the text is
 * empty, −1 where it is none of the levels.
 *
 * @param pictures the network that finds features in pictures. Default: none, features are inputs
 */
export function columnFront(columns: readonly TableColumn[], pictures?: Uint8Array): Front {
  const parts = columns.map((column, index) => {
    const at = `table/column_${index}`;
    if (column.kind === "picture")
      return pictures === undefined ? featureFront(column) : pictureFront(column, at, pictures);
    if (column.kind === "text") return textFront(column, at);
    return column.kind === "category" ? categoryFront(column, at) : numberFront(column.name);
  });
  const codes = parts.map(({ code }) => code);
  return {
    inputs: parts.map(({ input }) => input),
    constants: parts.flatMap(({ constants }) => constants),
    nodes: [...parts.flatMap(({ nodes }) => nodes), node("Concat", codes, matrixName, [int("axis", 1)])],
    needsLabels: columns.some(
      (column) =>
        column.kind === "text" || (column.kind === "category" && column.levels.length > mostCompared),
    ),
  };
}

/** What one column brings. */
export interface FrontPart {
  readonly input: ValueInfoRecord;
  readonly nodes: readonly NodeRecord[];
  readonly constants: readonly TensorRecord[];
  /** The value that goes into the matrix. */
  readonly code: string;
}

const numberFront = (name: string): FrontPart => ({
  input: described(name, elementTypes.float64, [null, 1]),
  nodes: [],
  constants: [],
  code: name,
});

function categoryFront({ name, levels }: CategoryColumn, at: string): FrontPart {
  const input = described(name, elementTypes.string, [null, 1]);
  return levels.length > mostCompared
    ? { input, ...labelled(name, levels, at) }
    : { input, ...compared(name, levels, at) };
}

/**
 * A text's parts between spaces, each as the number of the word that it is a form of, compared with the numbers of all words. Parts beyond a
 * text's own are empty, and no word.
 */
function textFront({ name, words, forms }: TextColumn, at: string): FrontPart {
  const of = (part: string): string => `${at}/${part}`;
  const attributes = [
    strings("keys_strings", forms.flat()),
    floats(
      "values_floats",
      forms.flatMap((own, word) => own.map(() => word)),
    ),
    float("default_float", -1),
  ];
  return {
    input: described(name, elementTypes.string, [null, 1]),
    constants: [
      wholes(of("flat"), [1], [-1]),
      wholes(of("column"), [2], [-1, 1]),
      wholes(of("parts axis"), [1], [1]),
      wholes(of("last axis"), [1], [2]),
      wholes(of("one"), [1], [1]),
      singles(of("words"), [1, 1, words.length], [...words.keys()]),
      texts(of("end"), [1], [" ."]),
    ],
    nodes: [
      node("Reshape", [name, of("flat")], of("texts")),
      // A last part that is no word: without any there would be no axis to look along.
      node("StringConcat", [of("texts"), of("end")], of("ended")),
      { ...node("StringSplit", [of("ended")], of("parts")), output: [of("parts"), of("count")] },
      node("LabelEncoder", [of("parts")], of("numbers"), attributes, labelDomain),
      node("Unsqueeze", [of("numbers"), of("last axis")], of("each")),
      node("Equal", [of("each"), of("words")], of("equal")),
      node("Cast", [of("equal")], of("flags"), [int("to", elementTypes.float64)]),
      node("ReduceMax", [of("flags"), of("parts axis")], of("has"), [int("keepdims", 0)]),
      node("Sub", [of("count"), of("one")], of("own count")),
      node("Reshape", [of("own count"), of("column")], of("counts")),
      node("Cast", [of("counts")], of("length"), [int("to", elementTypes.float64)]),
      node("Concat", [of("length"), of("has")], of("code"), [int("axis", 1)]),
    ],
    code: of("code"),
  };
}

/** At most one level is equal: the sum of one and its number, less one. */
function compared(name: string, levels: readonly string[], at: string): Omit<FrontPart, "input"> {
  const of = (part: string): string => `${at}/${part}`;
  const numbers = levels.map((_, level) => level + 1);
  return {
    constants: [
      texts(of("levels"), [1, levels.length], levels),
      doubles(of("numbers"), [levels.length, 1], numbers),
      doubles(of("one"), [], [1]),
      doubles(of("none"), [], [Number.NaN]),
      texts(of("empty"), [1, 1], [""]),
    ],
    nodes: [
      node("Equal", [name, of("levels")], of("equal")),
      node("Cast", [of("equal")], of("flags"), [int("to", elementTypes.float64)]),
      node("MatMul", [of("flags"), of("numbers")], of("place")),
      node("Sub", [of("place"), of("one")], of("level")),
      node("Equal", [name, of("empty")], of("missing")),
      node("Where", [of("missing"), of("none"), of("level")], of("code")),
    ],
    code: of("code"),
  };
}

function labelled(name: string, levels: readonly string[], at: string): Omit<FrontPart, "input"> {
  const attributes = [
    strings("keys_strings", [...levels, ""]),
    floats("values_floats", [...levels.keys(), Number.NaN]),
    float("default_float", -1),
  ];
  return {
    constants: [],
    nodes: [
      node("LabelEncoder", [name], `${at}/label`, attributes, labelDomain),
      node("Cast", [`${at}/label`], `${at}/code`, [int("to", elementTypes.float64)]),
    ],
    code: `${at}/code`,
  };
}
