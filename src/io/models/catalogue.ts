import { ImagoError, nearest } from "../../engine/errors.js";
import type { PreprocessingOptions } from "../../vision/preprocessing.js";

/** A classifier that Imago knows by name. */
export interface KnownModel {
  /** As `imago models pull` takes it; the file in the cache is called so too. */
  readonly name: string;
  readonly description: string;
  /** What the hub says of the file's licence. */
  readonly licence: string;
  /** The file's size. */
  readonly bytes: number;
  /** In hexadecimal digits. Default: what the hub states when it is pulled. */
  readonly sha256?: string | undefined;
  readonly preprocessing: PreprocessingOptions;
  /** Layers to dream on, with their weights, by the names of their activations. Absent where none was tried. */
  readonly dream?: Readonly<Record<string, number>> | undefined;
  /** Layers for style transfer: one that keeps the content, and those that carry style. */
  readonly style?: { readonly content: string; readonly style: readonly string[] } | undefined;
}

/** A public ONNX classifier that can be downloaded. */
export interface CatalogueModel extends KnownModel {
  /** Where the file is: an https address. */
  readonly address: string;
}

/**
 * The ONNX Model Zoo. Its files left GitHub for Hugging Face in July 2025, under the same paths. Sizes and digests
 * are those that the zoo's own repository records (the Git LFS pointers and ONNX_HUB_MANIFEST.json).
 */
const zoo = "https://huggingface.co/onnxmodelzoo/legacy_models/resolve/main/validated/vision/classification/";

/** As `zoo` files by MXNet and PyTorch want their images. */
const torchvision: PreprocessingOptions = { preset: "torchvision", size: 224 };

/** The classifiers that Imago knows by name, the smallest first. */
export const catalogue: readonly CatalogueModel[] = Object.freeze([
  {
    name: "squeezenet-1.0",
    description: "SqueezeNet 1.0 on ImageNet, from Caffe2; small, dreams well",
    licence: "Apache-2.0",
    address: `${zoo}squeezenet/model/squeezenet1.0-12.onnx`,
    bytes: 4_952_956,
    sha256: "dec81a8684617770b3cf13fadc1d92565d1d453d23935fc6388b792d99c992bd",
    preprocessing: { preset: "caffe", size: 224 },
    dream: { "fire8/concat_1": 1 },
    style: {
      content: "fire6/concat_1",
      style: ["conv1_2", ...[2, 3, 4, 5, 6, 7, 8].map((fire) => `fire${fire}/concat_1`)],
    },
  },
  {
    name: "squeezenet-1.1",
    description: "SqueezeNet 1.1 on ImageNet, from MXNet; the fastest",
    licence: "Apache-2.0",
    address: `${zoo}squeezenet/model/squeezenet1.1-7.onnx`,
    bytes: 4_956_208,
    sha256: "1eeff551a67ae8d565ca33b572fc4b66e3ef357b0eb2863bb9ff47a918cc4088",
    preprocessing: torchvision,
    dream: { squeezenet0_concat6: 1 },
    style: {
      content: "squeezenet0_concat4",
      style: ["squeezenet0_relu0_fwd", ...[0, 1, 2, 3, 4, 5, 6].map((fire) => `squeezenet0_concat${fire}`)],
    },
  },
  {
    name: "mobilenet-v2",
    description: "MobileNet v2 on ImageNet, from PyTorch",
    licence: "Apache-2.0",
    address: `${zoo}mobilenet/model/mobilenetv2-12.onnx`,
    bytes: 13_964_571,
    sha256: "c0c3f76d93fa3fd6580652a45618618a220fced18babf65774ed169de0432ad5",
    preprocessing: torchvision,
  },
  {
    name: "googlenet",
    description: "GoogLeNet on ImageNet, from Caffe2; the network of the original DeepDream",
    licence: "BSD-3-Clause",
    address: `${zoo}inception_and_googlenet/googlenet/model/googlenet-12.onnx`,
    bytes: 28_021_836,
    sha256: "c99c507058eaf41de8723408fdda7db8325cb57f0a89f2ee07a716d6e963e14e",
    preprocessing: { preset: "caffe", mean: [103.939, 116.779, 123.68], size: 224 },
    dream: { "inception_4c/output_1": 1 },
  },
  {
    name: "resnet-18",
    description: "ResNet-18 v1 on ImageNet, from MXNet",
    licence: "Apache-2.0",
    address: `${zoo}resnet/model/resnet18-v1-7.onnx`,
    bytes: 46_820_737,
    sha256: "4e8f8653e7a2222b3904cc3fe8e304cd8b339ce1d05fd24688162f86fb6df52c",
    preprocessing: torchvision,
  },
  {
    name: "resnet-50",
    description: "ResNet-50 v1 on ImageNet, from MXNet",
    licence: "Apache-2.0",
    address: `${zoo}resnet/model/resnet50-v1-12.onnx`,
    bytes: 102_576_593,
    sha256: "3f03fdef724b22947eed826f1eef1dc5c34151bb4c37d634f1db89dfa2dd1526",
    preprocessing: torchvision,
    dream: { resnetv17_stage3_activation5: 1 },
  },
  {
    name: "vgg-16",
    description: "VGG-16 on ImageNet, from MXNet",
    licence: "Apache-2.0",
    address: `${zoo}vgg/model/vgg16-12.onnx`,
    bytes: 553_437_752,
    sha256: "722c42f53ca03a5480296bf8f9c85a151de3eed9ec982d7d2302ff6e2900c67b",
    preprocessing: torchvision,
  },
  {
    name: "vgg-19",
    description: "VGG-19 on ImageNet, from MXNet; the network of neural style transfer",
    licence: "Apache-2.0",
    address: `${zoo}vgg/model/vgg19-7.onnx`,
    bytes: 574_677_321,
    sha256: "692f9f927f1df1b89033787a77a73eac59fd9b3344f9ecdf0b13221e41c2046f",
    preprocessing: torchvision,
    dream: { vgg0_relu12_fwd: 1 },
    style: {
      // conv4_2, and the first convolution of each of the five blocks.
      content: "vgg0_relu9_fwd",
      style: [0, 2, 4, 8, 12].map((layer) => `vgg0_relu${layer}_fwd`),
    },
  },
]);

/**
 * The model of a name among those of the catalogue, or others.
 *
 * @throws ImagoError when there is none, with the nearest name
 */
export function modelNamed<T extends { readonly name: string } = CatalogueModel>(
  name: string,
  models: readonly (T | CatalogueModel)[] = catalogue,
): T | CatalogueModel {
  const found = models.find((model) => model.name === name);
  if (found !== undefined) return found;
  const names = models.map((model) => model.name);
  const meant = nearest(name, names);
  throw new ImagoError(`There is no model ${JSON.stringify(name)} in the catalogue.`, {
    help: `${meant === undefined ? "" : `Did you mean "${meant}"? `}There are: ${names.join(", ")}.`,
  });
}
