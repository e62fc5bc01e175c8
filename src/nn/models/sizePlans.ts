import type { OpenSize } from "../../engine/onnx/write/openSizes.js";
import type { Shape } from "../../engine/tensor/shape.js";
import type { OpenShape } from "../layers/base/openType.js";

/** An input with what is known of its sizes. */
export interface SizedInput {
  readonly name: string;
  /** Null for a size that stays open. */
  readonly shape: OpenShape;
}

/** Sizes at which a model is traced, to see what depends on them. */
export interface SizePlan {
  readonly open: readonly OpenSize[];
  /** The inputs' shapes, for each of the sets of sizes. */
  readonly shapes: readonly Readonly<Record<string, Shape>>[];
  /** Further sets, small and large, at which functions of the user's are tried: they may do something else there. */
  readonly probes: readonly SizeProbe[];
}

/** A set of sizes. */
export interface SizeProbe {
  /** What each of the plan's open sizes is, in their order. */
  readonly sizes: readonly number[];
  /** The inputs' shapes. */
  readonly shapes: Readonly<Record<string, Shape>>;
}

const batches = [3, 5, 7, 4, 6];
/** The batch of each probe, and its other sizes: the last where there is one of them, so that an image stays one. */
const probes = [
  { batch: 1, other: 1 },
  { batch: 2, other: 2 },
  { batch: 9, other: 3 },
  { batch: 1, other: 17 },
  { batch: 64, other: 48 },
  { batch: 257, other: 1009, single: true },
];
/**
 * Where layers are tried when a model is made, and of all remainders, so that no stride hides a difference: two sizes
 * that grow alike here grow alike everywhere.
 */
const columns = [
  [97, 130, 151, 120, 141],
  [123, 104, 134, 159, 110],
  [146, 113, 100, 137, 125],
  [109, 152, 127, 98, 144],
];

interface Slot {
  readonly input: string;
  readonly axis: number;
  readonly label: string;
}

/**
 * Ways to tell the open sizes of a model apart, the freest first: each has its own, then inputs share those of an
 * axis, as they must to be added, then all are one, as for images that must be square.
 */
export function sizePlans(inputs: readonly SizedInput[]): SizePlan[] {
  const slots = inputs.flatMap(slotsOf);
  const several = new Set(slots.map(({ input }) => input)).size > 1;
  const labels = new Set(slots.map(({ label }) => label));
  const ways = [
    ({ input, label }: Slot) => (several ? `${input}_${label}` : label),
    ({ label }: Slot) => label,
    ({ label }: Slot) => (labels.size === 1 ? label : "size"),
  ];
  const groupings = ways.map((nameOf) => new Map(slots.map((slot) => [slot, nameOf(slot)])));
  const groupsIn = (names: ReadonlyMap<Slot, string>): number => new Set(names.values()).size;
  const different = groupings.filter(
    (names, at) => at === 0 || groupsIn(names) < groupsIn(groupings[at - 1] as Map<Slot, string>),
  );
  return different.map((names) => planOf(inputs, names));
}

function planOf(inputs: readonly SizedInput[], names: ReadonlyMap<Slot, string>): SizePlan {
  const groups = [...new Set(names.values())];
  const sizes = new Map(groups.map((name, index) => [name, column(index)]));
  const nameAt = (input: string, axis: number): string =>
    [...names].find(([slot]) => slot.input === input && slot.axis === axis)?.[1] as string;
  const shapesWith = (batch: number, other: (name: string) => number): Readonly<Record<string, Shape>> =>
    Object.fromEntries(
      inputs.map(({ name, shape }) => [
        name,
        shape.map((size, axis) => size ?? (axis === 0 ? batch : other(nameAt(name, axis)))),
      ]),
    );
  const shapes = batches.map((batch, at) => shapesWith(batch, (name) => sizes.get(name)?.[at] ?? 0));
  const open = [...sizes].map(([name, column]) => ({ name, sizes: column }));
  return {
    open: [{ name: "batch", sizes: batches }, ...open],
    shapes,
    probes: probes
      .filter(({ single }) => single !== true || groups.length < 2)
      .map(({ batch, other }) => ({
        sizes: [batch, ...groups.map(() => other)],
        shapes: shapesWith(batch, () => other),
      })),
  };
}

/** The open axes of an input besides the batch. */
function slotsOf({ name, shape }: SizedInput): Slot[] {
  const axes = shape.flatMap((size, axis) => (size === null && axis > 0 ? [axis] : []));
  const [first = 0, second] = axes;
  const isImage = axes.length === 2 && second === first + 1 && shape.length === 4;
  const isSequence = axes.length === 1 && first === 1 && shape.length < 4;
  return axes.map((axis) => {
    const label = isSequence ? "time" : isImage ? (axis === first ? "height" : "width") : `axis${axis}`;
    return { input: name, axis, label };
  });
}

function column(index: number): number[] {
  const base = columns[index % columns.length] as number[];
  const turn = Math.floor(index / columns.length);
  return base.map((size, at) => 96 + ((size - 96 + 7 * turn * (at + 1)) % 65));
}
