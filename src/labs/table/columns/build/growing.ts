import { ImagoError } from "../../../../engine/errors.js";
import { grouped } from "../../../../engine/words.js";

/** Arrays that grow to hold what comes, twice as large each time they are full. */
type Kind = Float64ArrayConstructor | Int32ArrayConstructor;

/** Numbers of which it is not known beforehand how many come. */
export class Growing<K extends Kind> {
  readonly #Kind: K;
  #array: InstanceType<K>;
  #length = 0;

  /** @param expected how many will come; with a good guess nothing is ever copied */
  constructor(kind: K, expected: number) {
    this.#Kind = kind;
    this.#array = allocated(kind, Math.max(16, expected));
  }

  /** Makes room for so many more, and gives the array and the place from which they may be written. */
  extend(count: number): { readonly array: InstanceType<K>; readonly from: number } {
    const from = this.#length;
    this.#length += count;
    if (this.#length > this.#array.length) {
      const larger = allocated(this.#Kind, Math.max(this.#length, 2 * this.#array.length));
      larger.set(this.#array);
      this.#array = larger;
    }
    return { array: this.#array, from };
  }

  push(value: number): void {
    const { array, from } = this.extend(1);
    array[from] = value;
  }

  /** What has come, without a copy. */
  get values(): InstanceType<K> {
    return this.#array.subarray(0, this.#length) as InstanceType<K>;
  }
}

/** @throws {ImagoError} saying how much memory is wanted, where there is not so much */
function allocated<K extends Kind>(kind: K, length: number): InstanceType<K> {
  try {
    return new kind(length) as InstanceType<K>;
  } catch (cause) {
    const gigabytes = (length * kind.BYTES_PER_ELEMENT) / 1e9;
    throw new ImagoError(
      `the table needs ${grouped(Math.ceil(gigabytes))} GB of memory, which there is not.`,
      {
        help: "Leave out columns, or take fewer rows.",
        cause,
      },
    );
  }
}
