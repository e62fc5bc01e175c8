import { ImagoError } from "../../../engine/errors.js";
import type { Generator } from "../../../engine/random/generator.js";
import type { DType } from "../../../engine/tensor/dtype.js";
import { type Shape, sameShape } from "../../../engine/tensor/shape.js";
import { formatType, type Tensor, type TensorType } from "../../../engine/tensor/tensor.js";
import type { Constraint } from "../../constraints/constraint.js";
import type { Initializer } from "../../initializers/initializer.js";
import type { Regularizer } from "../../regularizers/regularizer.js";

export interface VariableOptions {
  /** Within its layer, for example `kernel`. */
  readonly name: string;
  readonly shape: Shape;
  readonly initializer: Initializer;
  /** Default: float32. */
  readonly dtype?: DType | undefined;
  /** Default: true. False for statistics and states. */
  readonly trainable?: boolean | undefined;
  /** Default: false. True for what calls carry on: files for inference begin with the initialiser's elements. */
  readonly isState?: boolean | undefined;
  readonly regularizer?: Regularizer | undefined;
  readonly constraint?: Constraint | undefined;
}

/** A tensor that a layer keeps between calls: a weight, a statistic or a state. */
export class Variable implements TensorType {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
  /** Whether an optimiser may change it, as long as its layer is trainable too. */
  readonly trainable: boolean;
  /** Whether calls carry it on, as the states of a stateful layer. */
  readonly isState: boolean;
  readonly initializer: Initializer;
  readonly regularizer: Regularizer | undefined;
  readonly constraint: Constraint | undefined;
  #value: Tensor | undefined;
  /** Where the first elements come from: they are made when someone asks, as a large network's may be replaced before. */
  #random: Generator | undefined;

  constructor(options: VariableOptions) {
    this.name = options.name;
    this.shape = options.shape;
    this.dtype = options.dtype ?? "float32";
    this.trainable = options.trainable ?? true;
    this.isState = options.isState ?? false;
    this.initializer = options.initializer;
    this.regularizer = options.regularizer;
    this.constraint = options.constraint;
  }

  get initialized(): boolean {
    return this.#value !== undefined || this.#random !== undefined;
  }

  /**
   * The elements now. Training writes to two buffers in turn, so a tensor that is held is as it was for one step and is written over by the
   * next but one: keep a clone to compare, or take `getWeights`, which copies.
   *
   * @throws before the layer is part of a model, which brings the seed
   */
  get value(): Tensor {
    if (this.#value === undefined && this.#random !== undefined) {
      this.#value = this.fresh(this.#random);
      this.#random = undefined;
    }
    if (this.#value === undefined) {
      throw new ImagoError(
        `weight "${this.name}" has no value yet: make a model of its layer, or set its weights`,
      );
    }
    return this.#value;
  }

  /** @throws when the type differs */
  set value(tensor: Tensor) {
    if (tensor.dtype !== this.dtype || !sameShape(tensor.shape, this.shape)) {
      throw new ImagoError(
        `weight "${this.name}": expected ${formatType(this)}, received ${formatType(tensor)}`,
      );
    }
    this.#value = tensor;
    this.#random = undefined;
  }

  /** Gives it its first elements, unless it has some; they are worked out when they are first asked for. */
  initialize(random: Generator): void {
    if (!this.initialized) this.#random = random;
  }

  /** New first elements. */
  fresh(random: Generator): Tensor {
    const made: Tensor = this.initializer.make(this.shape, random);
    return made.dtype === this.dtype ? made : made.cast(this.dtype);
  }
}
