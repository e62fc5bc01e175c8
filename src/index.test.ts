import { describe, expect, expectTypeOf, it } from "vitest";
import * as imago from "./index.js";
import { dense, input, type Model, model, type Tensor, type TensorLike, tensor } from "./index.js";

const everything = new Map<string, unknown>(Object.entries(imago));
const namespaces = [...everything].filter(
  ([, member]) => Object.prototype.toString.call(member) === "[object Module]",
);

/** Names in their order, some on each line, so that a change shows as a small difference. */
function listed(names: readonly string[]): string {
  const lines = [""];
  for (const name of [...names].sort()) {
    if ((lines.at(-1) as string).length + name.length > 96) lines.push("");
    lines[lines.length - 1] += `${name} `;
  }
  return lines.map((line) => line.trimEnd()).join("\n");
}

// What leaves these lists breaks programs; what enters them stays. Types are not among them.
describe("the public names", () => {
  it("of the whole", () => {
    expect(listed(Object.keys(imago))).toMatchInlineSnapshot(`
      "Attributes Generator Graph ImagoError Layer LayerCall Model ModelStore Node OnnxModel
      Preprocessing SymbolicTensor Tensor TextTrainer TextWriter Value Variable Vocabulary activation
      activations add addGradients alphaDropout average averagePooling1d averagePooling2d
      batchNormalization bidirectional callbacks catalogue checkOptions concatenate constraints conv1d
      conv1dTranspose conv2d conv2dTranspose cropping1d cropping2d cut decodeText defaultRuntime dense
      depthwiseConv1d depthwiseConv2d dot dream dreamImage dreams dropout elu embedding encodeImage
      exportOnnx exportOnnxFile filters flatten formatType gaussianDropout gaussianNoise
      globalAveragePooling1d globalAveragePooling2d globalMaxPooling1d globalMaxPooling2d gradients
      groupNormalization gru inferenceGraph initializers input lambda layerFrom layerFunction
      layerMaker layerNormalization layerTypes layers lbfgs leakyRelu loadModel loadOnnx loadText
      losses lower lstm masking maxPooling1d maxPooling2d maximum metrics minimum model
      multiHeadAttention multiOutputFunction multiply nodeRuntime oneHot onnxImageNetwork ops
      opsetVersion optimizers permute prelu preprocessing preprocessingPath printGraph readImage
      readModel readPreprocessing readSafetensors regularizers relu repeatVector reshape
      rmsNormalization runtimeInfo saveModel savedLayer schedules separableConv1d separableConv2d
      sequential simpleRNN softmax spatialDropout1d stepGraph style styleImage styles subtract tensor
      text textCheckpoint textConfig timeDistributed unitNormalization upSampling1d upSampling2d
      verify writeAnimation writeImage writeModel writeSafetensors zeroPadding1d zeroPadding2d"
    `);
  });

  it("of the namespaces", () => {
    const all = namespaces.map(([name, members]) => `${name}:\n${listed(Object.keys(members as object))}`);
    expect(all.join("\n\n")).toMatchInlineSnapshot(`
      "ops:
      abs acos acosh add and argMax argMin asin asinh atan atanh averagePool batchNormalization
      bitShift bitwiseAnd bitwiseNot bitwiseOr bitwiseXor cast castLike ceil celu clip concat
      constantOfShape conv convTranspose cos cosh cumSum depthToSpace div einsum elu equal erf exp
      expand flatten floor fusedMatMul gather gatherElements gatherND gelu gemm globalAveragePool
      globalMaxPool greater greaterOrEqual groupNormalization hardSigmoid hardSwish hardmax identity
      instanceNormalization isInf isNan layerNormalization leakyRelu less lessOrEqual log logSoftmax
      lpNormalization lpPool lrn matMul max maxPool mean min mish mod mul neg nonZero not oneHot or
      pad pow prelu range reciprocal reduceL1 reduceL2 reduceLogSum reduceLogSumExp reduceMax
      reduceMean reduceMin reduceProd reduceSum reduceSumSquare relu reshape resize reverseSequence
      round scan scatterElements scatterND selu shape shrink sigmoid sign sin sinh size slice softmax
      softplus softsign spaceToDepth split sqrt squeeze sub sum tan tanh thresholdedRelu tile topK
      transpose trilu unsqueeze where xor

      dreams:
      dream dreamImage dreamZoom octaveSizes parseDreamLayer suggestLayer

      filters:
      activationMaps explain filterPictures heatOverlay

      styles:
      gramMatrix interpolateStyles parseStyleLayer strip style styleImage styleInits styleOptimizers
      suggestStyleLayers totalVariation

      text:
      Stepper TextTrainer TextWriter Vocabulary argMax checkStrands copyWeights corpusOf decodeText
      denseBatchCount denseBatches generateTokens loadText parseTextConfig readCorpus reweight sample
      steppingNetwork textCheckpoint textConfig tokenize trainingNetwork truncate unknownWord
      vocabularyOf windowBatches windowsOf

      activations:
      activation celu elu exponential gelu glu hardShrink hardSigmoid hardSilu hardTanh leakyRelu
      linear logSigmoid logSoftmax mish relu relu6 selu sigmoid silu softShrink softmax softplus
      softsign sparsePlus sparseSigmoid squareplus tanh tanhShrink threshold

      callbacks:
      csvFileLogger csvLogger earlyStopping jsonLinesFileLogger jsonLinesLogger lambdaCallback
      learningRateScheduler modelCheckpoint progressBar reduceLearningRateOnPlateau stopOnNonFinite
      timeLimit

      constraints:
      constraint maxNorm minMaxNorm nonNeg unitNorm

      initializers:
      constant glorotNormal glorotUniform heNormal heUniform identity initializer lecunNormal
      lecunUniform ones orthogonal randomNormal randomUniform truncatedNormal varianceScaling zeros

      layers:
      Layer LayerCall SymbolicTensor Variable activation add alphaDropout average averagePooling1d
      averagePooling2d batchNormalization bidirectional concatenate conv1d conv1dTranspose conv2d
      conv2dTranspose cropping1d cropping2d dense depthwiseConv1d depthwiseConv2d dot dropout elu
      embedding flatten gaussianDropout gaussianNoise globalAveragePooling1d globalAveragePooling2d
      globalMaxPooling1d globalMaxPooling2d groupNormalization gru input lambda layerFrom
      layerFunction layerMaker layerNormalization layerTypes leakyRelu lstm masking maxPooling1d
      maxPooling2d maximum minimum multiHeadAttention multiOutputFunction multiply oneHot permute
      prelu relu repeatVector reshape rmsNormalization savedLayer separableConv1d separableConv2d
      simpleRNN softmax spatialDropout1d subtract timeDistributed unitNormalization upSampling1d
      upSampling2d zeroPadding1d zeroPadding2d

      losses:
      binaryCrossentropy binaryFocalCrossentropy categoricalCrossentropy categoricalFocalCrossentropy
      categoricalHinge cosineSimilarity hinge huber klDivergence logCosh loss lossFrom
      meanAbsoluteError meanAbsolutePercentageError meanSquaredError meanSquaredLogarithmicError
      poisson sparseCategoricalCrossentropy squaredHinge

      metrics:
      accuracy auc binaryAccuracy bitsPerCharacter categoricalAccuracy cosineSimilarity crossentropy
      f1Score fBetaScore falseNegatives falsePositives iou lossMetric meanIoU metric perplexity
      precision r2Score recall rootMeanSquaredError sparseCategoricalAccuracy
      sparseTopKCategoricalAccuracy topKCategoricalAccuracy trueNegatives truePositives

      optimizers:
      adadelta adagrad adam adamW adamax lion nadam optimizer rmsprop sgd

      schedules:
      constant cosineDecay cosineDecayRestarts exponentialDecay inverseTimeDecay
      piecewiseConstantDecay polynomialDecay schedule

      regularizers:
      l1 l1l2 l2 orthogonalRegularizer regularizer"
    `);
  });

  it("have layers flat and as a namespace, the same", () => {
    for (const [name, member] of Object.entries(imago.layers)) {
      expect(everything.get(name)).toBe(member);
    }
  });

  it("give factories for every name that options take", () => {
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

describe("a model is typed by its inputs' and outputs' names", () => {
  const text = input({ shape: [3] });
  const question = input({ shape: [2] });
  const named = model({
    inputs: { text, question },
    outputs: { answer: dense({ units: 1 })(text), doubt: dense({ units: 2 })(question) },
  });

  it("in a record", () => {
    type Data = { readonly text: TensorLike; readonly question: TensorLike };
    type Results = { readonly answer: Tensor; readonly doubt: Tensor };
    expectTypeOf<Parameters<typeof named.predict>[0]>().toEqualTypeOf<Data>();
    expectTypeOf<ReturnType<typeof named.predict>>().resolves.toEqualTypeOf<Results>();
    expectTypeOf<{ text: Tensor }>().not.toExtend<Parameters<typeof named.predict>[0]>();
    expectTypeOf<{ text: Tensor; quest: Tensor }>().not.toExtend<Parameters<typeof named.predict>[0]>();
  });

  it("in losses, weights and metrics", () => {
    type Options = Parameters<typeof named.compile>[0];
    expectTypeOf<{ loss: { answer: "mse"; doubt: null } }>().toExtend<Options>();
    expectTypeOf<{ loss: "mse"; lossWeights: { answer: number } }>().toExtend<Options>();
    expectTypeOf<{ loss: "mse"; metrics: { doubt: ("mae" | "accuracy")[] } }>().toExtend<Options>();
    expectTypeOf<{ loss: "mse"; lossWeights: { answer: string } }>().not.toExtend<Options>();
    // @ts-expect-error there is no such output
    const wrong = (): void => named.compile({ loss: { reply: "mse" } });
    expect(wrong).toThrow('"reply"');
  });

  it("in a list, and with one tensor", () => {
    const listedModel = model({ inputs: [text, question], outputs: [dense({ units: 1 })(text)] });
    expectTypeOf<Parameters<typeof listedModel.predict>[0]>().toExtend<readonly TensorLike[]>();
    const single = model({ inputs: text, outputs: dense({ units: 1 })(text) });
    expectTypeOf<Parameters<typeof single.predict>[0]>().toEqualTypeOf<TensorLike>();
    expectTypeOf<ReturnType<typeof single.predict>>().resolves.toEqualTypeOf<Tensor>();
    expectTypeOf(single).toExtend<Model<typeof text, typeof text>>();
  });

  it("and gives what the types say", async () => {
    const results = await named.predict({ text: tensor([[1, 2, 3]]), question: tensor([[1, 2]]) });
    expect([results.answer.shape, results.doubt.shape]).toEqual([
      [1, 1],
      [1, 2],
    ]);
    await named.dispose();
  });
});
