/** What a device is good at, as far as it decides what graphs are made of. */
export interface Device {
  /**
   * Whether convolutions with constant weights run on blocks of channels, in a layout of their own, as ONNX
   * Runtime's do on x64 processors. There depthwise convolutions, poolings and sums are as fast as memory, and
   * changes of layout cost as much as they do; elsewhere depthwise convolutions are slow.
   */
  readonly channelBlocks: boolean;
  /**
   * Whether the kernels for such blocks can be named, and their block is {@link channelBlock}: so weights that change
   * from step to step are taken by them too, and images stay in blocks between them. Default: false.
   */
  readonly namedBlocks?: boolean | undefined;
  /**
   * Whether graphs run on ONNX Runtime's own library for processors, which has operators that ONNX has not, and kernels
   * of which it was measured what they are good at. Default: false.
   */
  readonly ownKernels?: boolean | undefined;
}

/** Channels of the largest block, on processors with AVX-512; half as many on others. */
export const channelBlock = 16;

/** Nothing is known of it. */
export const anyDevice: Device = { channelBlocks: false };
