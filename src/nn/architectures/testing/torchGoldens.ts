import { readFileSync } from "node:fs";
import { Tensor } from "../../../engine/tensor/tensor.js";
import {
  denseNet121,
  type ImageModel,
  inceptionV3,
  mobileNetV2,
  type ResNetOptions,
  resNet,
  squeezeNet,
  vgg16,
} from "../index.js";
import { filled } from "./hashed.js";

const goldens = new URL("../../../../goldens/architectures/", import.meta.url);

type Kind = "kernel" | "scale" | "other";

/** As `torch_make.py` fills tensors. */
function made(shape: readonly number[], stream: number, kind: Kind): Tensor {
  if (kind === "scale") return filled(shape, stream, (r) => 0.8 + 0.4 * r);
  if (kind === "other") return filled(shape, stream, (r) => (r - 0.5) * 0.2);
  const fanIn = shape.slice(1).reduce((product, size) => product * size, 1);
  const spread = shape.length === 4 && shape[1] === 1 ? 1 : Math.sqrt(2);
  return filled(shape, stream, (r) => (2 * r - 1) * Math.sqrt(3 / fanIn) * spread);
}

type Name = "resNet" | "vgg16" | "mobileNetV2" | "squeezeNet" | "denseNet121" | "inceptionV3";
type Made = readonly [name: Name, options: ResNetOptions];

export interface Dictionary {
  readonly network: string;
  readonly imago: Made;
  readonly size: number;
  readonly tensors: readonly (readonly [name: string, shape: readonly number[], dtype?: "int64"])[];
  readonly logits: readonly number[];
}

export interface Exported {
  readonly file: string;
  readonly imago: Made;
  readonly size: number;
  readonly tensors: readonly (readonly [shape: readonly number[], kind: Kind])[];
  readonly logits: readonly number[];
}

function casesOf<T>(name: string): readonly T[] {
  return (JSON.parse(readFileSync(new URL(name, goldens), "utf8")) as { readonly cases: readonly T[] }).cases;
}

export function networkFor([name, options]: Made, size: number): ImageModel {
  const makers = { resNet, vgg16, mobileNetV2, squeezeNet, denseNet121, inceptionV3 };
  const make = makers[name] as (options: object) => ImageModel;
  return make({ ...options, classes: 10, inputShape: [size, size, 3], classifierActivation: null });
}

function kindOf(name: string, shape: readonly number[]): Kind {
  if (shape.length > 1) return "kernel";
  return /running_var$|\.weight$/.test(name) ? "scale" : "other";
}

export function dictionaryFor({ tensors }: Dictionary): Record<string, Tensor> {
  let stream = 0;
  return Object.fromEntries(
    tensors.map(([name, shape, dtype]) => {
      if (dtype !== undefined) return [name, new Tensor("int64", [], new BigInt64Array(1))];
      return [name, made(shape, ++stream, kindOf(name, shape))];
    }),
  );
}

/** The tensors of an exported file, as it looks for them beside it. */
export function dataOf({ tensors }: Exported): Uint8Array {
  return Buffer.concat(tensors.map(([shape, kind], index) => made(shape, index + 1, kind).bytes));
}

export const dictionaries = casesOf<Dictionary>("dictionaries.json");
export const exported = [...casesOf<Exported>("exported.json"), ...casesOf<Exported>("keras_exported.json")];

/** The bytes of an exported file. */
export function exportedFile({ file }: Exported): Uint8Array {
  return readFileSync(new URL(`${file}.onnx`, goldens));
}
