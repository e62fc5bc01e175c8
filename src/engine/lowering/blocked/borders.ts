import type { Value } from "../../graph/graph.js";
import { constantInts } from "../../ops/define/define.js";
import { pad } from "../../ops/pad.js";
import { reshape } from "../../ops/reshape.js";
import { slice } from "../../ops/slice.js";
import { isStandard, type Rule, type Site } from "../rewrite.js";
import { uniformNumber } from "../uniform.js";
import { type Border, bordered, fillsBlocks, planesOf } from "./images.js";
import { blockedSource, reorderOutput } from "./operators.js";

const pads = new Set(["Pad"]);
const slices = new Set(["Slice"]);

/** Rows and columns added to images in blocks, or cut off. */
export const blockedBorders: Rule = (site) => {
  const { node, inputs, graph } = site;
  const source = graph.parent === undefined ? blockedSource(inputs[0]) : undefined;
  if (source === undefined) return undefined;
  const result = isStandard(node, pads)
    ? widened(site, source)
    : isStandard(node, slices)
      ? cut(site, source)
      : undefined;
  if (result === undefined) return undefined;
  const output = node.outputs[0] as Value;
  const image = reshape(result, [source.size(0), source.size(1), output.size(2), output.size(3)]);
  return [reorderOutput(image, output.size(1))];
};

/** With a border of one number along the rows and columns. */
function widened({ node, inputs }: Site, source: Value): Value | undefined {
  const [image, list, value, axes] = inputs as readonly [Value, Value?, Value?, Value?];
  if (node.attributes.string("mode", "constant") !== "constant" || axes !== undefined) return undefined;
  const sizes = list?.constant === undefined ? undefined : constantInts(list, "pads");
  const number = value === undefined ? 0 : uniformNumber(value);
  if (sizes === undefined || number === undefined || (number !== 0 && !fillsBlocks(image))) return undefined;
  const [batch, channels, top, left, batchEnd, channelsEnd, bottom, right] = sizes as readonly number[];
  if ([batch, channels, batchEnd, channelsEnd].some((size) => size !== 0)) return undefined;
  const border = { top, left, bottom, right } as Border;
  if (number === 0 && Object.values(border).every((size) => size >= 0)) return bordered(source, border);
  const around = [0, top, left, 0, 0, bottom, right, 0] as number[];
  return pad(planesOf(source), { pads: around, value: number });
}

/** Whether images or channels are taken from the last to the first. */
const isReversed = (axes: readonly number[], steps: readonly number[] | undefined): boolean =>
  axes.some((axis, place) => axis < 2 && (steps?.[place] ?? 1) < 0);

/** Some of the rows and columns. */
function cut({ node, inputs }: Site, source: Value): Value | undefined {
  const [image, ...rest] = inputs as readonly [Value, ...Value[]];
  if (rest.some(({ constant }) => constant === undefined) || rest.length < 3) return undefined;
  const [starts, ends, axes, steps] = rest.map((one) => constantInts(one, "places"));
  const along = axes?.map((axis) => (axis < 0 ? axis + 4 : axis));
  if (starts === undefined || ends === undefined || along === undefined) return undefined;
  const output = node.outputs[0] as Value;
  // What stands of the images and channels must be all of them.
  if ([0, 1].some((axis) => output.size(axis) !== image.size(axis))) return undefined;
  const places = along.flatMap((axis, place) => (axis >= 2 ? [place] : []));
  if (places.length === 0 || isReversed(along, steps)) return undefined;
  const chosen = (list: readonly number[]): number[] => places.map((place) => list[place] as number);
  return slice(planesOf(source), {
    starts: chosen(starts),
    ends: chosen(ends),
    axes: chosen(along).map((axis) => axis - 1),
    ...(steps === undefined ? {} : { steps: chosen(steps) }),
  });
}
