import { Tensor } from "../../../engine/tensor/tensor.js";

/** One tensor for all members, and what of it is each member's. */
export interface StackedBuffer {
  readonly whole: Tensor;
  readonly views: readonly Tensor[];
}

/** Memory for `[members, …shape]`, with a view of each member's part. */
export function stackedBuffer(members: number, like: Tensor): StackedBuffer {
  const whole = Tensor.zeros([members, ...like.shape], like.dtype);
  return { whole, views: viewsOf(whole) };
}

/** Each member's part of `[members, …]`, looking at the same memory. */
export function viewsOf(whole: Tensor): Tensor[] {
  const [members = 0, ...shape] = whole.shape;
  const size = whole.size / members;
  return Array.from({ length: members }, (_, member) => {
    const data = whole.data.subarray(member * size, (member + 1) * size) as typeof whole.data;
    return new Tensor(whole.dtype, shape, data);
  });
}

/** Copies the members' tensors into a buffer, as far as they do not lie in it already. */
export function fillBuffer({ views }: StackedBuffer, tensors: readonly Tensor[]): void {
  tensors.forEach((tensor, member) => {
    const view = views[member] as Tensor;
    if (tensor !== view) view.bytes.set(tensor.bytes);
  });
}
