import { alternatives } from "../../../engine/options.js";

/** What a depth means: how many blocks each stage has, their base channels and form. */
export interface Plan {
  readonly family: "imagenet" | "cifar";
  readonly form: "basic" | "bottleneck";
  readonly blocks: readonly number[];
  readonly channels: readonly number[];
}

const wide = [64, 128, 256, 512];

function imageNet(form: Plan["form"], ...blocks: readonly number[]): Plan {
  return { family: "imagenet", form, blocks, channels: wide };
}

/** He et al. 2015, section 4.2: 6n + 2 layers. */
function cifar(depth: number): Plan {
  const count = (depth - 2) / 6;
  return { family: "cifar", form: "basic", blocks: [count, count, count], channels: [16, 32, 64] };
}

const plans: ReadonlyMap<number, Plan> = new Map([
  [18, imageNet("basic", 2, 2, 2, 2)],
  [34, imageNet("basic", 3, 4, 6, 3)],
  [50, imageNet("bottleneck", 3, 4, 6, 3)],
  [101, imageNet("bottleneck", 3, 4, 23, 3)],
  [152, imageNet("bottleneck", 3, 8, 36, 3)],
  ...[20, 32, 44, 56, 110].map((depth) => [depth, cifar(depth)] as const),
]);

const listed = (family: Plan["family"]): string =>
  alternatives([...plans].filter(([, plan]) => plan.family === family).map(([depth]) => String(depth)));

/** The depths, as errors list them. */
export const depths = `${listed("imagenet")} for large images, ${listed("cifar")} for small ones`.replaceAll(
  '"',
  "",
);

export function planOf(depth: unknown): Plan | undefined {
  return typeof depth === "number" ? plans.get(depth) : undefined;
}
