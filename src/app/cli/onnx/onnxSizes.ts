import type { Command } from "commander";
import { nearest } from "../../../engine/errors.js";
import type { OnnxPort } from "../../../engine/onnx/read/describe.js";
import { number } from "../../../engine/options.js";
import type { Shape } from "../../../engine/tensor/shape.js";
import { flagValue } from "../shell/flag.js";
import { printable } from "../shell/output.js";
import { UsageError } from "../shell/run.js";

const size = number({ min: 0, integer: true });

/** What the flags say of a model's sizes. */
export interface SizeFlags {
  readonly dimension: readonly string[];
  readonly shape: readonly string[];
}

const collect = (text: string, before: readonly string[]): string[] => [...before, text];

/** Adds the flags that give a model's open sizes. */
export function addSizeFlags(command: Command): Command {
  return command
    .option(
      "--dimension <name=size>",
      "a size that the file leaves open (repeatable; a batch is 1)",
      collect,
      [],
    )
    .option("--shape <input=sizes>", "a whole shape, such as image=1,3,224,224 (repeatable)", collect, []);
}

/** Sizes as people read them: `[N, 3, 224, 224]`. */
export function formatSizes(sizes: OnnxPort["sizes"]): string {
  return sizes === undefined ? "of any rank" : `[${sizes.map((size) => size ?? "?").join(", ")}]`;
}

/**
 * The shape of every input. What no flag gives is 1 for a first axis.
 *
 * @throws UsageError when a name is unknown, with the nearest, when a size is none, and when one is missing
 */
export function inputShapes(inputs: readonly OnnxPort[], flags: SizeFlags): Record<string, Shape> {
  const open = new Set(inputs.flatMap(({ sizes = [] }) => sizes).filter((size) => typeof size === "string"));
  const dimensions = pairs("--dimension", flags.dimension, [...open]);
  const shapes = pairs(
    "--shape",
    flags.shape,
    inputs.map(({ name }) => name),
  );
  const sizeOf = (flag: string, text: string): number => flagValue(flag, text, size);
  const named = new Map([...dimensions].map(([name, text]) => [name, sizeOf(`--dimension ${name}`, text)]));
  return Object.fromEntries(
    inputs.map((input) => {
      const given = shapes.get(input.name);
      if (given === undefined) return [input.name, declared(input, named)];
      return [input.name, given.split(",").map((size) => sizeOf(`--shape ${input.name}`, size.trim()))];
    }),
  );
}

function declared({ name, sizes }: OnnxPort, named: ReadonlyMap<string, number>): Shape {
  const shape = sizes?.map((size, axis) => {
    const known = typeof size === "string" ? named.get(size) : size;
    return known ?? (axis === 0 ? 1 : size);
  });
  const missing = shape?.find((size) => typeof size !== "number");
  if (shape?.every((size) => typeof size === "number")) return shape;
  const help = missing === undefined ? `--shape ${name}=1,…` : `--dimension ${missing}=…`;
  throw new UsageError(
    printable(
      `The input "${name}" is ${formatSizes(sizes)}, and not all sizes are known. Give them: ${help}`,
    ),
  );
}

/** `name=value` flags. */
function pairs(flag: string, given: readonly string[], names: readonly string[]): Map<string, string> {
  return new Map(
    given.map((text) => {
      // The last one: names may hold an equals sign, values not.
      const at = text.lastIndexOf("=");
      const name = text.slice(0, at);
      if (at < 1) throw new UsageError(`${flag} is given as name=value, received "${text}".`);
      if (names.includes(name)) return [name, text.slice(at + 1)] as const;
      const meant = nearest(name, names);
      const hint = meant === undefined ? "" : `Did you mean "${meant}"? `;
      throw new UsageError(
        printable(`${flag}: the model has no "${name}". ${hint}There are: ${names.join(", ") || "none"}.`),
      );
    }),
  );
}
