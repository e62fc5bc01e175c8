import type { ImageModel } from "./assemble.js";
import type { ArchitectureOptions } from "./options.js";
import { vgg } from "./vgg.js";

/**
 * VGG19: 16 convolutions of 3 × 3 in five blocks, each halved by a pooling, and three fully connected layers. 143,667,240 weights. (Simonyan
 * and Zisserman, "Very deep convolutional networks for large-scale image recognition", 2014.) Layers, names and weights are those of
 * Keras's `VGG19`; `dropout`, which the paper has at 0.5 and Keras leaves out, stands behind both hidden fully connected layers.
 *
 * Takes `[batch, height, width, channels]`, usually 224 × 224 and at least 32 × 32: blue, green and red from 0 to 255 less the
 * means 103.939, 116.779, 123.68, for weights of Keras. Gives `[batch, classes]`, or without the top the features `[batch,
 * ⌊height / 32⌋, ⌊width / 32⌋, 512]`.
 *
 * @throws ImagoError on an unknown option, one out of range, an image too small, and open sizes with the top
 */
export function vgg19(options: ArchitectureOptions = {}): ImageModel {
  return vgg("vgg19", options, [2, 2, 4, 4, 4]);
}
