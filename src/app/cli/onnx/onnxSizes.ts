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

/** What the images of a network are taken to be where neither file nor flag says. */
export interface ImageGuess {
  /** Height and width. */
  readonly size: readonly [number, number];
  /** The axis of the height; the width is the next. */
  readonly axis: 1 | 2;
}

/** The shapes at which a model is read. */
export interface InputShapes {
  readonly shapes: Readonly<Record<string, Shape>>;
  /** Whether a size of them is the guess. */
  readonly guessed: boolean;
}

/**
 * The shape of every input. What no flag gives is 1 for a first axis.
 *
 * @param guess what the height and width of inputs of four axes are where no flag says. Default: they must be given
 * @throws UsageError when a name is unknown, with the nearest, when a size is none, and when some are missing
 */
export function inputShapes(inputs: readonly OnnxPort[], flags: SizeFlags, guess?: ImageGuess): InputShapes {
  const open = new Set(inputs.flatMap(({ sizes = [] }) => sizes).filter((size) => typeof size === "string"));
  const dimensions = pairs("--dimension", flags.dimension, [...open]);
  const given = pairs(
    "--shape",
    flags.shape,
    inputs.map(({ name }) => name),
  );
  const sizeOf = (flag: string, text: string): number => flagValue(flag, text, size);
  const named = new Map([...dimensions].map(([name, text]) => [name, sizeOf(`--dimension ${name}`, text)]));
  let guessed = false;
  const shapeOf = (input: OnnxPort): Shape => {
    const text = given.get(input.name);
    if (text !== undefined) return text.split(",").map((one) => sizeOf(`--shape ${input.name}`, one.trim()));
    const known = input.sizes?.map((one) => (typeof one === "string" ? (named.get(one) ?? one) : one));
    const filled = guess === undefined ? known : withGuess(known, guess);
    guessed ||= filled !== known;
    return withBatch(input, filled);
  };
  const shapes = Object.fromEntries(inputs.map((input) => [input.name, shapeOf(input)]));
  return { shapes, guessed };
}

/** The sizes of an image with the guess for its height and width where they are open; the very same where they are not. */
function withGuess(sizes: OnnxPort["sizes"], { size, axis }: ImageGuess): OnnxPort["sizes"] {
  const isOpen = (at: number): boolean => typeof sizes?.[at] !== "number";
  if (sizes?.length !== 4 || (!isOpen(axis) && !isOpen(axis + 1))) return sizes;
  return sizes.map((one, at) => ((at === axis || at === axis + 1) && isOpen(at) ? size[at - axis] : one));
}

/** The sizes with 1 for an open first axis, of which none may be open then. */
function withBatch({ name, sizes: declared }: OnnxPort, sizes: OnnxPort["sizes"]): Shape {
  const shape = sizes?.map((one, axis) => (axis === 0 && typeof one !== "number" ? 1 : one));
  if (shape?.every((one) => typeof one === "number")) return shape;
  const missing = [...new Set(shape?.filter((one) => typeof one !== "number"))];
  const areNamed = missing.length > 0 && missing.every((one) => typeof one === "string");
  const help = areNamed ? missing.map((one) => `--dimension ${one}=…`).join(" ") : `--shape ${name}=1,…`;
  throw new UsageError(
    printable(
      `The input "${name}" is ${formatSizes(declared)}, and not all sizes are known. Give them: ${help}`,
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
