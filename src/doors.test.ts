import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import packageJson from "../package.json" with { type: "json" };
import { openedWith } from "../scripts/importGraph.js";
import * as architectures from "./architectures.js";
import * as classify from "./classify.js";
import * as data from "./data.js";
import * as distill from "./distill.js";
import * as dream from "./dream.js";
import * as ensemble from "./ensemble.js";
import * as filters from "./filters.js";
import * as images from "./images.js";
import * as imago from "./index.js";
import * as models from "./models.js";
import * as onnx from "./onnx.js";
import * as ops from "./ops.js";
import * as runs from "./runs.js";
import * as sequence from "./sequence.js";
import * as style from "./style.js";
import * as table from "./table.js";
import * as tune from "./tune.js";

const doors = {
  index: imago,
  ops,
  onnx,
  sequence,
  ensemble,
  dream,
  style,
  filters,
  images,
  classify,
  data,
  models,
  architectures,
  distill,
  table,
  tune,
  runs,
};

const isNamespace = (member: unknown): member is object =>
  Object.prototype.toString.call(member) === "[object Module]";

/** Names in their order, some on each line, so that a change shows as a small difference. */
function listed(names: readonly string[]): string {
  const lines = [""];
  for (const name of [...names].sort()) {
    if ((lines.at(-1) as string).length + name.length > 96) lines.push("");
    lines[lines.length - 1] += `${name} `;
  }
  return lines.map((line) => line.trimEnd()).join("\n");
}

function sections(modules: readonly (readonly [string, object])[]): string {
  return modules
    .map(([name, module]) => `\n${name}:${listed(Object.keys(module)).replace(/^\n?/, "\n")}`)
    .join("\n");
}

it("every door is a file in src/ that package.json opens", () => {
  const opened = Object.entries(packageJson.exports).flatMap(([name, door]) =>
    typeof door === "string" ? [] : [[name, door.default, door.browser] as const],
  );
  expect(opened.map(([, path]) => path.replace(/^\.\/dist\/(.*)\.js$/, "$1")).sort()).toEqual(
    Object.keys(doors).sort(),
  );
  for (const [name, path, page] of opened) {
    expect(page).toBe("./bin/page.cjs");
    expect(path).toBe(name === "." ? "./dist/index.js" : `./dist/${name.slice(2)}.js`);
    expect(existsSync(path.replace(/^\.\/dist\/(.*)\.js$/, "src/$1.ts"))).toBe(true);
  }
});

// What leaves these lists breaks programs; what enters them stays. Types are not among them.
describe("the public names", () => {
  it("of each door", () => {
    expect(sections(Object.entries(doors))).toMatchInlineSnapshot(`
      "
      index:
      Generator Graph ImagoError Layer Model SymbolicTensor Tensor Value activation activations add
      alphaDropout average averagePooling1d averagePooling2d batchNormalization bidirectional
      callbacks centerCrop columnEmbedding concatenate constraints conv1d conv1dTranspose conv2d
      conv2dTranspose cropping1d cropping2d cut defaultRuntime dense depthwiseConv1d depthwiseConv2d
      dot dropout elu embedding fields flatten gaussianDropout gaussianNoise globalAveragePooling1d
      globalAveragePooling2d globalMaxPooling1d globalMaxPooling2d gradients groupNormalization gru
      inferenceGraph initializers input lambda layerMaker layerNormalization leakyRelu loadModel
      losses lower lstm maskedDense masking maxPooling1d maxPooling2d maximum metrics minimum
      mixtureDensity model multiHeadAttention multiOutputFunction multiply nodeRuntime normalization
      oneHot optimizers permute piecewiseLinear pool prelu printGraph randomBrightness randomContrast
      randomCrop randomFlip randomRotation randomTranslation randomZoom readLayerOptions regularizers
      relu repeatVector rescaling reshape resizing rmsNormalization runtimeInfo saveModel schedules
      separableConv1d separableConv2d sequential simpleRNN softWindow softmax spatialDropout1d
      stepGraph subtract tensor timeDistributed unitNormalization upSampling1d upSampling2d
      zeroPadding1d zeroPadding2d

      ops:
      abs acos acosh add and argMax argMin asin asinh atan atanh averagePool batchNormalization
      bitShift bitwiseAnd bitwiseNot bitwiseOr bitwiseXor cast castLike ceil celu clip concat
      constantOfShape conv convTranspose cos cosh cumSum depthToSpace div einsum elu equal erf exp
      expand flatten floor fusedMatMul gatedAdd gather gatherElements gatherND gelu gemm
      globalAveragePool globalMaxPool greater greaterOrEqual groupNormalization hardSigmoid hardSwish
      hardmax identity instanceNormalization isInf isNan layerNormalization leakyRelu less lessOrEqual
      log logSoftmax lpNormalization lpPool lrn matMul max maxPool mean min mish mod mul neg nonZero
      not oneHot or pad pow prelu range reciprocal reduceL1 reduceL2 reduceLogSum reduceLogSumExp
      reduceMax reduceMean reduceMin reduceProd reduceSum reduceSumSquare relu reshape resize
      reverseSequence round scan scatterElements scatterND selu shape shrink sigmoid sign sin sinh
      size slice softmax softplus softsign spaceToDepth split sqrt squeeze sub sum tan tanh
      thresholdedRelu tile topK transpose trilu unsqueeze where xor

      onnx:
      OnnxModel addGradients exportOnnx exportOnnxFile loadOnnx opsetVersion readModel readSafetensors
      writeModel writeSafetensors

      sequence:
      PictureTask PictureWriter SequenceTrainer SpeechTask SpeechWriter Stepper StrokeTask
      StrokeWriter Symbols TextTrainer TextWriter TokenTask TokenWriter Vocabulary abcGrammar argMax
      assessMolecules binarise checkAbc checkDialogue checkMidi checkSmiles checkStrands copyWeights
      corpusOf decodeText denseBatchCount denseBatches dialogueGrammar drawPicturesFields
      generateFields generateTokens itemKindOf itemsFields knownMolecules learnFields loadSequence
      loadSequences loadText moleculeSheet offsetScale offsetsToStrokes openRdkit parseTextConfig
      readCorpus readDrawings readIdx readItems readMidi readSvgStrokes readWav resample reweight
      sample samplingFields sayFields scaleOffsets simplifyStrokes smilesGrammar smilesTokens
      speechName speechTaskConfig splitTunes steppingNetwork strokeOffsets strokeTaskConfig
      strokesFields strokesSvg summarizeTunes synthesize textCheckpoint textConfig textFields
      tokenTaskConfig tokenize trainFields trainingFields trainingNetwork truncate tuneMidi
      tuneSamples tuneScore unknownTokens unknownWord unscaleOffsets vocabularyOf windowBatches
      windowsOf writeDrawings writeWav

      ensemble:
      averageCheckpoints bagging combineRules crossValidate ensemble ensembleOfStudy ensembleReport
      fitPlatt fitTemperature fitTogether foldCount greedySelection learners loadCheckpoints
      loadSuperLearner makeFolds pooledLearners restoreSuperLearner saveSuperLearner simplexWeights
      snapshots superLearner superLearnerWeights weightMethods

      dream:
      dream dreamEachLayer dreamFields dreamImage dreamZoom dreamZoomFields octaveSizes
      parseDreamLayer suggestLayer suggestLayers

      style:
      gramMatrix interpolateStyles parseStyleLayer strip style styleFields styleImage styleInits
      styleOptimizers suggestStyleLayers totalVariation

      filters:
      activationMaps explain explainFields filterFields filterPictures filterSteps heatOverlay

      images:
      Preprocessing encodeImage joinAlpha preparePicture preprocessing preprocessingPath readImage
      readPreprocessing splitAlpha writeAnimation writeImage

      classify:
      Classifier assess classesCsv classifyFields confusionCsv confusionPicture exportClassifier
      findHead loadClassifier mistakesCsv onnxClassifier saveClassifier scratchNetworks
      trainClassifier transferBase

      data:
      ImageFolder cutMix imageFolder mixUp

      models:
      ModelStore catalogue onnxImageNetwork openClassifier packedModels

      architectures:
      denseNet121 inceptionV3 loadWeights mobileNetV2 resNet smallXception squeezeNet vgg16 vgg19
      xception

      distill:
      SoftTargets distill distillFields readSoftTargets softTargets

      table:
      TableModel collectFacts learnTable loadTableModel openTable planFields planTable readTable
      readingNotices reportPage reportText restoreSchema saveTableModel shapleyValues tableOnnx
      tableWriter writeTable

      tune:
      Sealed asha auto choice cmaes endingText float genetic gp grid halving hyperband int logNormal
      median normal openStudy patient percentile pruning random readStudy sobol split threshold tpe
      tuneModel wilcoxon

      runs:
      compareRuns exportRuns listRuns openRun readRun removeRun tagRun track"
    `);
  });

  it("of the namespaces", () => {
    const namespaces = Object.entries(imago).filter(([, member]) => isNamespace(member));
    expect(sections(namespaces as [string, object][])).toMatchInlineSnapshot(`
      "
      fields:
      abortSignal accepting alternatives byName callable converting flag having largestExact list
      number numberOrNumbers numbers oneOf optional readOptions record refusal seed text unchecked

      activations:
      activation celu elu exponential gelu glu hardShrink hardSigmoid hardSilu hardTanh leakyRelu
      linear logSigmoid logSoftmax mish relu relu6 selu sigmoid silu softShrink softmax softplus
      softsign sparsePlus sparseSigmoid squareplus tanh tanhShrink threshold

      callbacks:
      averageWeights csvFileLogger csvLogger earlyStopping jsonLinesFileLogger jsonLinesLogger
      lambdaCallback learningRateScheduler modelCheckpoint progressBar reduceLearningRateOnPlateau
      stopOnNonFinite timeLimit

      constraints:
      constraint maxNorm minMaxNorm nonNeg unitNorm

      initializers:
      constant glorotNormal glorotUniform heNormal heUniform identity initializer lecunNormal
      lecunUniform ones orthogonal randomNormal randomUniform truncatedNormal varianceScaling zeros

      losses:
      binaryCrossentropy binaryFocalCrossentropy categoricalCrossentropy categoricalFocalCrossentropy
      categoricalHinge cosineSimilarity hinge huber klDivergence logCosh loss lossFrom
      meanAbsoluteError meanAbsolutePercentageError meanSquaredError meanSquaredLogarithmicError
      mixtureDensityLoss poisson sparseCategoricalCrossentropy squaredHinge

      metrics:
      accuracy auc binaryAccuracy bitsPerCharacter categoricalAccuracy cosineSimilarity crossentropy
      f1Score fBetaScore falseNegatives falsePositives iou lossMetric meanIoU metric perplexity
      precision r2Score recall rootMeanSquaredError sparseCategoricalAccuracy
      sparseTopKCategoricalAccuracy topKCategoricalAccuracy trueNegatives truePositives

      optimizers:
      adadelta adagrad adam adamW adamax lbfgs lion nadam optimizer rmsprop sgd

      schedules:
      constant cosineDecay cosineDecayRestarts exponentialDecay inverseTimeDecay oneCycle
      piecewiseConstantDecay polynomialDecay schedule

      regularizers:
      l1 l1l2 l2 orthogonalRegularizer regularizer"
    `);
  });

  it("are one for one thing", () => {
    const paths = new Map<unknown, string>();
    const twice: string[] = [];
    const look = (path: string, member: unknown): void => {
      if (isNamespace(member)) {
        for (const [name, inner] of Object.entries(member)) look(`${path}.${name}`, inner);
      } else if (typeof member === "function" || (typeof member === "object" && member !== null)) {
        const before = paths.get(member);
        if (before !== undefined) twice.push(`${before} and ${path}`);
        paths.set(member, path);
      }
    };
    for (const [name, module] of Object.entries(doors))
      look(name, { ...module, [Symbol.toStringTag]: "Module" });
    expect(twice).toEqual([]);
    expect(paths.size).toBeGreaterThan(300);
  });

  it("are factories for every name that options take", () => {
    const resolvers = [
      [imago.activations.activation, imago.activations],
      [imago.losses.loss, imago.losses],
      [imago.optimizers.optimizer, imago.optimizers],
      [imago.schedules.schedule, imago.schedules],
      [imago.initializers.initializer, imago.initializers],
      [imago.regularizers.regularizer, imago.regularizers],
      [imago.constraints.constraint, imago.constraints],
    ] as const;
    for (const [{ names }, namespace] of resolvers) {
      expect(names.filter((name) => !(name in namespace))).toEqual([]);
    }
    const lossNames = new Set<string>(imago.losses.loss.names);
    const own = imago.metrics.metric.names.filter((name) => !lossNames.has(name));
    expect(own.filter((name) => !(name in imago.metrics))).toEqual([]);
  });
});

/** What a door may open, as the beginnings of files' paths. */
const mayOpen: Readonly<Record<keyof typeof doors, readonly string[]>> = {
  index: ["engine/", "nn/"],
  ops: ["engine/errors.ts", "engine/options.ts", "engine/tensor/", "engine/graph/", "engine/ops/"],
  onnx: ["engine/", "nn/"],
  sequence: ["engine/", "nn/", "vision/", "labs/sequence/"],
  ensemble: ["engine/", "nn/", "methods/ensemble/", "methods/learners/", "methods/numerics/"],
  tune: ["engine/", "nn/", "methods/tune/", "methods/numerics/"],
  dream: ["engine/", "nn/", "vision/", "labs/dream/"],
  style: ["engine/", "nn/", "vision/", "labs/style/"],
  filters: ["engine/", "nn/", "vision/", "labs/filters/"],
  images: ["engine/", "vision/", "io/images/"],
  classify: ["engine/", "nn/", "vision/", "labs/classify/"],
  // Label files are tables.
  data: ["engine/", "io/data/", "io/images/", "io/tables/"],
  models: ["engine/", "nn/", "vision/", "io/"],
  architectures: ["engine/", "nn/"],
  distill: ["engine/", "nn/", "methods/distill/"],
  table: ["engine/", "nn/", "methods/", "labs/table/", "io/tables/", "io/data/listing/names.ts"],
  runs: ["engine/", "nn/", "io/runs/", "io/packageFolder.ts"],
};

describe("opening a door", () => {
  it.each(Object.entries(mayOpen))("%s opens its own rooms alone", (door, rooms) => {
    const { files } = openedWith(`src/${door}.ts`);
    const own = (path: string): boolean =>
      path === `src/${door}.ts` || rooms.some((room) => path.startsWith(`src/${room}`));
    expect([...files].filter((path) => !own(path))).toEqual([]);
  });

  it.each(Object.keys(mayOpen))("%s loads no native library and no HTTP client", (door) => {
    const { packages } = openedWith(`src/${door}.ts`);
    const light = (name: string): boolean =>
      name.startsWith("node:") || ["@bufbuild/protobuf", "papaparse"].includes(name);
    expect([...packages].filter((name) => !light(name))).toEqual([]);
  });

  it("the program's own opens no lab and no library but that of its arguments", () => {
    const { files, packages } = openedWith("src/app/cli/main.ts");
    expect(
      [...files].filter(
        (path) => !/^src\/(app\/cli\/(main|commands|shell\/)|engine\/(errors|options))/.test(path),
      ),
    ).toEqual([]);
    expect([...packages].filter((name) => !/^node:|^commander$|^picocolors$/.test(name))).toEqual([]);
  });
});
