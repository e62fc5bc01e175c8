import type { OnnxPort } from "../../../engine/onnx/read/describe.js";
import type { OnnxModel } from "../../../nn/models/onnxModel.js";
import { grouped, printable } from "../shell/output.js";
import { formatSizes } from "./onnxSizes.js";

export const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** Longest metadata that `info` shows. */
const longest = 200;

/** A text on one line, cut where it is long, with how long it was. */
export function oneLine(text: string): string {
  const line = text.trim().replaceAll(/\s*[\n\r]+\s*/g, " ↵ ");
  if (line.length <= longest) return line;
  const lines = text.trim().split(/\r\n|\r|\n/).length;
  const size = lines > 1 ? `${grouped(lines)} lines` : `${grouped(text.length)} characters`;
  return `${[...line].slice(0, longest).join("")}… (${size})`;
}

const isCut = (text: string): boolean => oneLine(text) !== text.trim();

/** Rows with their columns under each other. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ");
  return rows.map((row) => `${line(row).trimEnd()}\n`).join("");
}

export function ports(title: string, list: readonly OnnxPort[]): string {
  const rows = list.map(({ name, elementType, sizes }) => [`  ${name}`, elementType, formatSizes(sizes)]);
  return `${title}:\n${table(rows)}`;
}

export function formatInfo({ description, bytes, name }: OnnxModel): string {
  const { producer, irVersion, opsets, parameters, operators, externalFiles, metadata } = description;
  const versions = Object.entries(opsets).map(([domain, version]) => `${domain || "opset"} ${version}`);
  const made = producer === "" ? "" : `, made by ${producer}`;
  const counts = operators.map(([type, count]) => `${type} ${count}`);
  const facts = [
    `${name}: ${grouped(bytes.length)} bytes, ${versions.join(", ")}, IR version ${irVersion}${made}\n`,
    ports("Inputs", description.inputs),
    ports("Outputs", description.outputs),
    `Parameters: ${grouped(parameters)}\n`,
    `Operators: ${counts.join(", ")}\n`,
    ...(externalFiles.length > 0 ? [`Tensors in: ${externalFiles.join(", ")}\n`] : []),
    ...Object.entries(metadata).map(([key, value]) => `Metadata: ${oneLine(key)} = ${oneLine(value)}\n`),
    ...(Object.values(metadata).some(isCut) ? ["--json prints the metadata whole.\n"] : []),
  ];
  return printable(facts.join(""));
}
