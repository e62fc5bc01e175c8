import type { Value } from "../../../engine/graph/graph.js";
import { expand } from "../../../engine/ops/expand.js";
import { unsqueeze } from "../../../engine/ops/unsqueeze.js";
import { type FieldsOf, number } from "../../../engine/options.js";
import type { Config } from "../../config/config.js";
import { Layer, type LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { expectRank, type Own, onlyInput, readLayerOptions } from "../base/settings.js";
import type { OpenType } from "../base/symbolic.js";

export interface RepeatVectorOptions extends LayerOptions {
  /** How often: the number of steps of the output. */
  readonly n: number;
}

const fields = {
  n: number({ min: 1, integer: true }),
} satisfies FieldsOf<Own<RepeatVectorOptions>>;

/** The layer behind {@link repeatVector}. */
export class RepeatVector extends Layer {
  readonly type = "repeatVector";
  readonly n: number;

  constructor(options: RepeatVectorOptions) {
    super(options);
    this.n = readLayerOptions("repeatVector", options, fields).n;
  }

  get config(): Config {
    return { n: this.n };
  }

  protected override check(inputs: readonly OpenType[]): void {
    expectRank(this, onlyInput(this, inputs), ["batch", "features"]);
  }

  call([x]: readonly [Value]): Value {
    return expand(unsqueeze(x, [1]), [x.size(0), this.n, x.size(1)]);
  }

  override mask(): readonly undefined[] {
    return [];
  }
}

/**
 * A vector as a sequence of `n` equal steps. A mask ends here.
 *
 * Takes `[batch, features]` and gives `[batch, n, features]`.
 *
 * @throws on an unknown option, and when called on another rank
 */
export const repeatVector = layerMaker(RepeatVector);
