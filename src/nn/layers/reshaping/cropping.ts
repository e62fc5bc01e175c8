import type { Value } from "../../../engine/graph/graph.js";
import { slice } from "../../../engine/ops/slice.js";
import { describeInput } from "../base/settings.js";
import type { OpenType } from "../base/symbolic.js";
import { BorderLayer } from "./border.js";

/** A layer that takes off the ends of its spatial axes, however many there are. */
export abstract class CroppingLayer extends BorderLayer {
  protected override check(inputs: readonly OpenType[]): void {
    super.check(inputs);
    const [x] = inputs as readonly [OpenType];
    const cut = this.ends.map(([front, back]) => front + back);
    if (this.spatialSizes(x).every((size, axis) => size === null || size > (cut[axis] as number))) return;
    throw this.error(`cropping ${cut.join(" and ")} elements leaves nothing of ${describeInput(x)}`);
  }

  call([x]: readonly [Value]): Value {
    const ends = this.allEnds;
    return slice(x, {
      starts: ends.map(([front]) => front),
      ends: ends.map(([, back], axis) => x.size(axis) - back),
    });
  }
}
