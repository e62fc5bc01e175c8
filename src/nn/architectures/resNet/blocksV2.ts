import { conv2d } from "../../layers/convolution/conv2d.js";
import { add } from "../../layers/merging/add.js";
import { maxPooling2d } from "../../layers/pooling/maxPooling2d.js";
import { zeroPadding2d } from "../../layers/reshaping/zeroPadding2d.js";
import type { Part } from "../assemble.js";
import type { BlockOptions } from "./blocksV1.js";
import { active, bare, channelsOf, convolution, type Kit } from "./kit.js";

/** Normalised and rectified in front of each of two convolutions of 3 × 3 (He et al. 2016). */
export function basicV2(kit: Kit, { name, filters, strides }: BlockOptions): Part {
  return (x) => {
    const ready = active(kit, `${name}_preact_bn`, `${name}_preact_relu`)(x);
    const changes = strides > 1 || channelsOf(x) !== filters;
    const project = { filters, kernelSize: 1, strides, useBias: false };
    const way =
      kit.shortcut === "identity" ? bare(name, filters, strides) : convolution(kit, `${name}_0`, project);
    const around = changes ? way(kit.shortcut === "identity" ? x : ready) : x;
    const options = { filters, kernelSize: 3, useBias: false };
    const first = convolution(kit, `${name}_1`, { ...options, strides })(ready);
    const y = active(kit, `${name}_1_bn`, `${name}_1_relu`)(first);
    return add({ name: `${name}_out` })([around, convolution(kit, `${name}_2`, options)(y)]);
  };
}

/** The same with bottlenecks, as Keras has them: the last block of a stage halves the size, with a pooling around it. */
export function bottleneckV2(kit: Kit, { name, filters, strides, isFirst }: BlockOptions): Part {
  return (x) => {
    const ready = active(kit, `${name}_preact_bn`, `${name}_preact_relu`)(x);
    const many = { filters: 4 * filters, kernelSize: 1 };
    const halve = (): Part => maxPooling2d({ poolSize: 1, strides, name: kit.names.next("max_pooling2d") });
    const around = isFirst ? convolution(kit, `${name}_0`, many)(ready) : strides > 1 ? halve()(x) : x;
    const few = convolution(kit, `${name}_1`, { filters, kernelSize: 1, useBias: false })(ready);
    const y = active(kit, `${name}_1_bn`, `${name}_1_relu`)(few);
    // Padded by a layer of its own in every block, unlike elsewhere.
    const padded = zeroPadding2d({ padding: 1, name: `${name}_2_pad` })(y);
    const inner = { filters, kernelSize: 3, strides, useBias: false, name: `${name}_2_conv` };
    const z = active(kit, `${name}_2_bn`, `${name}_2_relu`)(conv2d(inner)(padded));
    return add({ name: `${name}_out` })([around, convolution(kit, `${name}_3`, many)(z)]);
  };
}
