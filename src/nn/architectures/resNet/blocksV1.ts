import type { SymbolicTensor } from "../../layers/base/symbolic.js";
import { add } from "../../layers/merging/add.js";
import type { Part } from "../assemble.js";
import { active, bare, channelsOf, convolution, type Kit, rectifier } from "./kit.js";

/** What a block is to make. */
export interface BlockOptions {
  readonly name: string;
  /** Of its inner convolutions. */
  readonly filters: number;
  readonly strides: number;
  /** Whether it is its stage's first. */
  readonly isFirst: boolean;
}

/** Two convolutions of 3 × 3, and the rectifier behind the sum. */
export function basicV1(kit: Kit, { name, filters, strides }: BlockOptions): Part {
  return (x) => {
    const { biased: useBias } = kit;
    const around = shortcut(kit, name, filters, strides)(x);
    const first = convolution(kit, `${name}_1`, { filters, kernelSize: 3, strides, useBias })(x);
    const y = active(kit, `${name}_1_bn`, `${name}_1_relu`)(first);
    const second = convolution(kit, `${name}_2`, { filters, kernelSize: 3, useBias })(y);
    return joined(name, around, kit.normed(`${name}_2_bn`)(second));
  };
}

/** 1 × 1 to few channels, 3 × 3 among them, 1 × 1 to four times as many. */
export function bottleneckV1(kit: Kit, { name, filters, strides, isFirst }: BlockOptions): Part {
  return (x) => {
    const { biased: useBias, strideAt } = kit;
    const [one, two] = strideAt === 1 ? [strides, 1] : [1, strides];
    const around = isFirst ? shortcut(kit, name, 4 * filters, strides, true)(x) : x;
    const few = convolution(kit, `${name}_1`, { filters, kernelSize: 1, strides: one, useBias })(x);
    const y = active(kit, `${name}_1_bn`, `${name}_1_relu`)(few);
    const inner = convolution(kit, `${name}_2`, { filters, kernelSize: 3, strides: two, useBias })(y);
    const z = active(kit, `${name}_2_bn`, `${name}_2_relu`)(inner);
    const many = convolution(kit, `${name}_3`, { filters: 4 * filters, kernelSize: 1, useBias })(z);
    return joined(name, around, kit.normed(`${name}_3_bn`)(many));
  };
}

/** The way around a block; nothing at all where nothing changes, unless it is to be a convolution always, as a stage's first is. */
function shortcut(kit: Kit, name: string, filters: number, strides: number, always = false): Part {
  return (x) => {
    if (!always && strides === 1 && channelsOf(x) === filters) return x;
    if (kit.shortcut === "identity") return bare(name, filters, strides)(x);
    const options = { filters, kernelSize: 1, strides, useBias: kit.biased };
    return kit.normed(`${name}_0_bn`)(convolution(kit, `${name}_0`, options)(x));
  };
}

function joined(name: string, around: SymbolicTensor, x: SymbolicTensor): SymbolicTensor {
  return rectifier(`${name}_out`)(add({ name: `${name}_add` })([around, x]));
}
