import type { Network } from "../../network/network.js";

/** What a layer's module may be called in PyTorch's dictionaries: nearest first, none where it has none. */
export type ModuleNames = (layer: string) => readonly string[];

/** torchvision's and timm's names for the networks of one family, made for a model. */
export type Family = (model: Network) => ModuleNames;

const classifier = "predictions";

function layerNames({ functional }: Network): readonly string[] {
  return [...functional.nameOf.values()];
}

/** `layer1.0.conv1`, `layer1.0.downsample.0`, `fc`; `shortcut` and `linear` in dictionaries of networks for small images. */
const resNet: Family = () => (layer) => {
  if (layer === classifier) return ["fc", "linear"];
  const stem = /^conv1_(conv|bn)$/.exec(layer);
  if (stem !== null) return [`${stem[1]}1`];
  const [, stage, block, step, kind] = /^conv(\d+)_block(\d+)_(\d)_(conv|bn)$/.exec(layer) ?? [];
  if (kind === undefined) return [];
  const at = `layer${Number(stage) - 1}.${Number(block) - 1}`;
  if (step !== "0") return [`${at}.${kind}${step}`];
  const place = kind === "conv" ? 0 : 1;
  return [`${at}.downsample.${place}`, `${at}.shortcut.${place}`];
};

/** `features.denseblock1.denselayer1.norm1`, in old dictionaries `norm.1`. */
const denseNet: Family = () => (layer) => {
  if (layer === classifier) return ["classifier"];
  if (layer === "conv1_conv") return ["features.conv0"];
  if (layer === "conv1_bn") return ["features.norm0"];
  if (layer === "bn") return ["features.norm5"];
  const [, pool, part] = /^pool(\d)_(bn|conv)$/.exec(layer) ?? [];
  if (part !== undefined)
    return [`features.transition${Number(pool) - 1}.${part === "bn" ? "norm" : "conv"}`];
  const [, block, at, step, kind] = /^conv(\d)_block(\d+)_(\d)_(bn|conv)$/.exec(layer) ?? [];
  if (kind === undefined) return [];
  const inside = `features.denseblock${Number(block) - 1}.denselayer${at}`;
  const [name, number] = kind === "bn" ? ["norm", Number(step) + 1] : ["conv", Number(step)];
  return [`${inside}.${name}${number}`, `${inside}.${name}.${number}`];
};

/** How many blocks timm's stages have. */
const stages = [1, 2, 3, 4, 3, 3, 1];

/** torchvision's `features.2.conv.0.0`; timm's `blocks.1.0.conv_pw`. */
const mobileNetV2: Family = () => (layer) => {
  const ends: Readonly<Record<string, readonly string[]>> = {
    [classifier]: ["classifier.1", "classifier"],
    Conv1: ["features.0.0", "conv_stem"],
    bn_Conv1: ["features.0.1", "bn1"],
    Conv_1: ["features.18.0", "conv_head"],
    Conv_1_bn: ["features.18.1", "bn2"],
  };
  const end = Object.hasOwn(ends, layer) ? ends[layer] : undefined;
  if (end !== undefined) return end;
  const [, block, step, norm] =
    /^(?:block_(\d+)|expanded_conv)_(expand|depthwise|project)(_BN)?$/.exec(layer) ?? [];
  if (step === undefined) return [];
  const id = Number(block ?? 0);
  const first = id === 0 ? 1 : 0;
  const at = ["expand", "depthwise", "project"].indexOf(step) - first;
  const isLast = step === "project";
  const torch = isLast ? `${at + (norm === undefined ? 0 : 1)}` : `${at}.${norm === undefined ? 0 : 1}`;
  const names = id === 0 ? ["conv_dw", "conv_pw"] : ["conv_pw", "conv_dw", "conv_pwl"];
  const inStage = norm === undefined ? names[at] : `bn${at + 1}`;
  return [`features.${id + 1}.conv.${torch}`, `blocks.${stageOf(id)}.${inStage}`];
};

/** Stage and block inside it. */
function stageOf(id: number): string {
  let before = 0;
  for (const [stage, count] of stages.entries()) {
    if (id < before + count) return `${stage}.${id - before}`;
    before += count;
  }
  return "";
}

/** torchvision counts every module: `features.3.squeeze`. Dictionaries after the authors' have `fire2.squeeze1x1`. */
const squeezeNet: Family = (model) => {
  const pools = layerNames(model)
    .map((name) => /^pool([2-9])$/.exec(name)?.[1])
    .filter((at) => at !== undefined)
    .map(Number);
  return (layer) => {
    if (layer === "conv1") return ["conv1", "features.0"];
    if (layer === "conv10") return ["conv10", "classifier.1"];
    const [, fire, step] = /^fire(\d)_(squeeze1x1|expand1x1|expand3x3)$/.exec(layer) ?? [];
    if (step === undefined) return [];
    const place = 1 + Number(fire) + pools.filter((at) => at < Number(fire)).length;
    return [`fire${fire}.${step}`, `features.${place}.${step === "squeeze1x1" ? "squeeze" : step}`];
  };
};

/** torchvision counts convolutions, rectifiers and poolings: `features.0`; timm calls the fully connected layers `pre_logits.fc1`. */
const vgg: Family = (model) => {
  const convolutions = layerNames(model).filter((name) => /^block\d_conv\d$/.test(name));
  return (layer) => {
    if (layer === "fc1") return ["classifier.0", "pre_logits.fc1"];
    if (layer === "fc2") return ["classifier.3", "pre_logits.fc2"];
    if (layer === classifier) return ["classifier.6", "head.fc"];
    const before = convolutions.indexOf(layer);
    return before < 0 ? [] : [`features.${2 * before + Number(layer[5]) - 1}`];
  };
};

/** All families; which one a file is of shows by how many of its names are there. */
export const families: readonly Family[] = [resNet, denseNet, mobileNetV2, squeezeNet, vgg];
