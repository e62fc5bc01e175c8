import { sizeOf } from "../../engine/tensor/shape.js";
import type { Layer } from "../layers/base/layer.js";
import type { LayerCall, OpenShape } from "../layers/base/symbolic.js";
import type { Functional } from "./functional.js";
import type { ModelVariable } from "./modelVariables.js";

interface Summarized {
  readonly name: string;
  readonly functional: Functional;
  readonly variables: readonly ModelVariable[];
}

const headings = ["Layer (type)", "Output Shape", "Param #", "Connected to"] as const;
/** A cell for each heading. */
type Row = readonly string[];

/**
 * A table with a row for each layer: name and type, the shapes of its first call's outputs, its number of
 * weights, and the layers whose outputs it takes (left out where each takes that of the one above); below it
 * the totals.
 */
export function summary({ name, functional, variables }: Summarized): string {
  const columns = isChain(functional) ? headings.slice(0, -1) : headings;
  const rows = functional.layers.map((layer) => layerRow(functional, layer).slice(0, columns.length));
  const widths = columns.map((heading, column) =>
    Math.max(
      heading.length,
      ...rows.flatMap((row) => (row[column] as string).split("\n").map((line) => line.length)),
    ),
  );
  const rule = (left: string, middle: string, right: string, fill: string): string =>
    left + widths.map((width) => fill.repeat(width + 2)).join(middle) + right;
  const lines = [
    `Model: "${name}"`,
    rule("┏", "┳", "┓", "━"),
    ...cells(columns, widths, "┃"),
    rule("┡", "╇", "┩", "━"),
    ...rows.flatMap((row, index) => [
      ...(index === 0 ? [] : [rule("├", "┼", "┤", "─")]),
      ...cells(row, widths, "│"),
    ]),
    rule("└", "┴", "┘", "─"),
    ...totals(variables),
  ];
  return lines.join("\n");
}

/** Whether each layer is called once, on the output of the one before it alone. */
function isChain({ inputs, calls, layers }: Functional): boolean {
  if (inputs.length > 1 || calls.length !== layers.length) return false;
  return calls.slice(1).every(({ inputs: given }, index) => {
    const [only, ...more] = given;
    return more.length === 0 && only?.call === calls[index];
  });
}

function cells(row: readonly string[], widths: readonly number[], bar: string): string[] {
  const split = row.map((cell) => cell.split("\n"));
  const height = Math.max(...split.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) => {
    const parts = split.map((lines, column) => {
      const text = lines[line] ?? "";
      const width = widths[column] as number;
      return ` ${column === 2 ? text.padStart(width) : text.padEnd(width)} `;
    });
    return bar + parts.join(bar) + bar;
  });
}

function layerRow({ calls, nameOf }: Functional, layer: Layer): Row {
  const own = calls.filter((call) => call.layer === layer);
  const [first] = own as [LayerCall];
  const inputs = own.flatMap((call) => call.inputs.map((input) => nameOf.get(input.call.layer) ?? ""));
  const count = layer.variables.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const shapes = first.outputs.map(({ shape }) => formatOpen(shape)).join("\n");
  return [
    `${nameOf.get(layer)} (${layer.type})`,
    shapes,
    count.toLocaleString("en"),
    [...new Set(inputs)].join("\n") || "-",
  ];
}

function formatOpen(shape: OpenShape): string {
  return `(${shape.map((size) => size ?? "None").join(", ")})`;
}

function totals(variables: readonly ModelVariable[]): string[] {
  const count = (list: readonly ModelVariable[]): number =>
    list.reduce((sum, { variable }) => sum + sizeOf(variable.shape), 0);
  const trainable = count(variables.filter((entry) => entry.trainable));
  const total = count(variables);
  const line = (label: string, value: number): string =>
    ` ${label}: ${value.toLocaleString("en")} (${formatBytes(4 * value)})`;
  return [
    line("Total params", total),
    line("Trainable params", trainable),
    line("Non-trainable params", total - trainable),
  ];
}

function formatBytes(bytes: number): string {
  const units = ["B", "KB", "MB", "GB"];
  let size = bytes;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${size.toFixed(unit === 0 ? 0 : 2)} ${units[unit]}`;
}
