import { aTensor } from "../../engine/arguments.js";
import { ImagoError } from "../../engine/errors.js";
import { having, number, readOptions } from "../../engine/options.js";
import { formatType, type Tensor } from "../../engine/tensor/tensor.js";
import type { Model } from "../../nn/models/model.js";
import type { ClassifierRecord } from "../../vision/classifierRecord.js";
import { pixelsName } from "./networks/scratchModel.js";

/** A class and how likely it is. */
export interface ClassShare {
  readonly label: number;
  readonly name: string;
  /** From 0 to 1; those of all classes are 1 together. */
  readonly probability: number;
}

type ByName<T> = Readonly<Record<string, T>>;

const topFields = { count: number({ default: 5, min: 1, integer: true }) };

/** A network that tells classes of pictures apart, and what has to be known to use it. */
export class Classifier {
  readonly model: Model;
  readonly record: ClassifierRecord;

  constructor(model: Model, record: ClassifierRecord) {
    having<Model>("a model", "predict", "inputs").read("Classifier", "model", model);
    having<ClassifierRecord>("a record of a classifier", "classes", "size").read(
      "Classifier",
      "record",
      record,
    );
    this.model = model;
    this.record = record;
  }

  get classes(): readonly string[] {
    return this.record.classes;
  }

  /**
   * How likely each class is.
   *
   * @param pictures as `preparePicture` makes them: RGB from 0 to 255, `[height, width, 3]` or `[pictures, height, width, 3]`
   * @returns float32 `[pictures, classes]`
   * @throws ImagoError on pictures of another size
   */
  async probabilities(pictures: Tensor): Promise<Tensor<"float32">> {
    aTensor.read("Classifier", "pictures", pictures);
    const [height, width] = this.record.size;
    const batch = pictures.shape.length === 3 ? pictures.reshape([1, ...pictures.shape]) : pictures;
    if (batch.shape.slice(1).join() !== [height, width, 3].join() || batch.shape.length !== 4) {
      throw new ImagoError(
        `Classifier: expected pictures [height, width, 3] of ${height} × ${width}, received ${formatType(pictures)}.`,
        { help: "Make them ready with preparePicture and the record's size, fit and background." },
      );
    }
    const x = batch.dtype === "float32" ? batch : batch.cast("float32");
    const result = await this.model.predict({ [pixelsName]: x } as never);
    return (result as ByName<Tensor<"float32">>).classes as Tensor<"float32">;
  }

  /**
   * The likeliest classes of each picture, the likeliest first.
   *
   * @param pictures as {@link probabilities} takes them
   * @param options `count`: how many, from 1; all where there are fewer. Default: 5
   */
  async top(
    pictures: Tensor,
    options: { readonly count?: number | undefined } = {},
  ): Promise<ClassShare[][]> {
    const { count } = readOptions("Classifier: top", options, topFields);
    const shares = await this.probabilities(pictures);
    const classes = shares.sizeAt(1);
    return Array.from({ length: shares.sizeAt(0) }, (_, row) =>
      topOf(shares.data.subarray(row * classes, (row + 1) * classes), count).map((label) => ({
        label,
        name: this.classes[label] ?? String(label),
        probability: shares.data[row * classes + label] as number,
      })),
    );
  }

  /** Frees the network's programs. */
  dispose(): Promise<void> {
    return this.model.dispose();
  }
}

/** The numbers of the largest values, the largest first; of equal ones the first. */
export function topOf(values: ArrayLike<number>, count: number): number[] {
  const order = Array.from({ length: values.length }, (_, at) => at);
  order.sort((a, b) => (values[b] as number) - (values[a] as number) || a - b);
  return order.slice(0, count);
}
