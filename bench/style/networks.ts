import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTorchWeights, squeezeNet } from "../../examples/squeezenet.js";
import { decode } from "../../src/engine/onnx/proto/decode.js";
import { encode, type ProtoRecord } from "../../src/engine/onnx/proto/encode.js";
import { modelProto } from "../../src/engine/onnx/proto/schema.js";
import { preprocessing } from "../../src/images.js";
import {
  conv2d,
  input,
  maxPooling2d,
  model,
  relu,
  type SymbolicTensor,
  type Tensor,
} from "../../src/index.js";
import { packedModels, packedPath } from "../../src/io/models/packed.js";
import { type ImageNetwork, onnxImageNetwork } from "../../src/models.js";
import { exportOnnx, readSafetensors } from "../../src/onnx.js";

/** A network to paint with, and its layers. */
export interface PaintingNetwork {
  readonly network: ImageNetwork;
  readonly content: string;
  readonly style: readonly string[];
}

/** The same file with means in place of maxima. */
function averaged(bytes: Uint8Array): Uint8Array {
  const record = decode(modelProto, bytes, "the network") as unknown as {
    graph: { node: { opType: string }[] };
  };
  for (const node of record.graph.node) if (node.opType === "MaxPool") node.opType = "AveragePool";
  return encode(modelProto, record as unknown as ProtoRecord);
}

const own = (change: (bytes: Uint8Array) => Uint8Array) => (): PaintingNetwork => {
  const [packed] = packedModels;
  if (packed?.style === undefined) throw new Error("nothing is packed that paints");
  const bytes = change(readFileSync(packedPath(packed)));
  return { network: onnxImageNetwork(bytes, preprocessing(packed.preprocessing)), ...packed.style };
};

const squeezed = (change: (bytes: Uint8Array) => Uint8Array) => (): PaintingNetwork => {
  const file = join(process.env.IMAGO_DATA ?? "", "squeezenet", "squeezenet_v1.0.safetensors");
  const network = squeezeNet();
  setTorchWeights(
    network,
    readSafetensors(new Uint8Array(readFileSync(file))).tensors as Record<string, Tensor>,
  );
  const bytes = change(exportOnnx(network, { batchSize: 1 }));
  const style = ["conv1", "fire2", "fire3", "fire4", "fire5", "fire6", "fire7", "fire8"];
  return { network: onnxImageNetwork(bytes, preprocessing("caffe")), content: "fire6", style };
};

/** VGG19's first four blocks with weights by He, as nobody trained them. (He, Wang and Hopcroft 2016 paint with such.) */
function randomVgg(): PaintingNetwork {
  const dataFormat = "channelsFirst";
  const image = input({ shape: [3, null, null], name: "image" });
  let x: SymbolicTensor = image;
  [
    [64, 64],
    [128, 128],
    [256, 256, 256, 256],
    [512, 512],
  ].forEach((block, at) => {
    if (at > 0) x = maxPooling2d({ dataFormat })(x);
    block.forEach((filters, place) => {
      const convolve = conv2d({
        filters,
        kernelSize: 3,
        padding: "same",
        dataFormat,
        kernelInitializer: "heNormal",
      });
      x = relu({ name: `relu${at + 1}_${place + 1}` })(convolve(x));
    });
  });
  const bytes = exportOnnx(model({ inputs: { image }, outputs: { features: x }, seed: 19 }));
  return {
    network: onnxImageNetwork(bytes, preprocessing("torchvision")),
    content: "relu4_1/relu",
    style: ["relu1_1/relu", "relu2_1/relu", "relu3_1/relu", "relu4_1/relu"],
  };
}

const same = (bytes: Uint8Array): Uint8Array => bytes;

/** Networks by their names. SqueezeNet's weights are those of the folder that `IMAGO_DATA` names. */
export const paintingNetworks: Readonly<Record<string, () => PaintingNetwork>> = {
  own: own(same),
  "own-averages": own(averaged),
  squeezenet: squeezed(same),
  "squeezenet-averages": squeezed(averaged),
  "vgg-random": randomVgg,
};
