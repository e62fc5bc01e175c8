import { describe, expect, it } from "vitest";
import type { Value } from "../../../engine/graph/graph.js";
import { add as emitAdd } from "../../../engine/ops/add.js";
import { reshape as emitReshape } from "../../../engine/ops/reshape.js";
import type { DType } from "../../../engine/tensor/dtype.js";
import { model } from "../../models/model.js";
import { activation } from "../activation/activation.js";
import { prelu } from "../activation/prelu.js";
import { softmax } from "../activation/softmax.js";
import { dense } from "../core/dense.js";
import { embedding } from "../core/embedding.js";
import { input } from "../core/input.js";
import { lambda } from "../core/lambda.js";
import { masking } from "../core/masking.js";
import { oneHot } from "../core/oneHot.js";
import { add } from "../merging/add.js";
import { concatenate } from "../merging/concatenate.js";
import { dot } from "../merging/dot.js";
import { multiply } from "../merging/multiply.js";
import { batchNormalization } from "../normalization/batchNormalization.js";
import { groupNormalization } from "../normalization/groupNormalization.js";
import { layerNormalization } from "../normalization/layerNormalization.js";
import { globalAveragePooling1d } from "../pooling/globalAveragePooling1d.js";
import { globalMaxPooling1d } from "../pooling/globalMaxPooling1d.js";
import { bidirectional } from "../recurrent/bidirectional.js";
import { gru } from "../recurrent/gru.js";
import { lstm } from "../recurrent/lstm.js";
import { simpleRNN } from "../recurrent/simpleRNN.js";
import { timeDistributed } from "../recurrent/timeDistributed.js";
import { dropout } from "../regularization/dropout.js";
import { spatialDropout1d } from "../regularization/spatialDropout1d.js";
import { flatten } from "../reshaping/flatten.js";
import { permute } from "../reshaping/permute.js";
import { repeatVector } from "../reshaping/repeatVector.js";
import { reshape } from "../reshaping/reshape.js";
import type { OpenShape } from "./symbolic.js";

const tensor = (shape: OpenShape, dtype: DType = "float32") => input({ shape, dtype });
const ids = tensor([null], "int32");
const sequence = tensor([null, 4]);
const image = tensor([null, null, 3]);
const reshaping = model({
  inputs: sequence,
  outputs: reshape({ targetShape: [5, -1] })(sequence),
  name: "inner",
});

describe("types of outputs where sizes are open", () => {
  it.each([
    [embedding({ inputDim: 9, outputDim: 2 })(ids), [null, null, 2]],
    [oneHot({ numTokens: 9 })(ids), [null, null, 9]],
    [dense({ units: 5 })(image), [null, null, null, 5]],
    [simpleRNN({ units: 5 })(sequence), [null, 5]],
    [gru({ units: 5, returnSequences: true })(sequence), [null, null, 5]],
    [lstm({ units: 5, returnSequences: true, goBackwards: true })(sequence), [null, null, 5]],
    [bidirectional({ layer: lstm({ units: 5, returnSequences: true }) })(sequence), [null, null, 10]],
    [timeDistributed({ layer: dense({ units: 5 }) })(sequence), [null, null, 5]],
    [timeDistributed({ layer: flatten() })(image), [null, null, null]],
    [timeDistributed({ layer: reshaping.asLayer() })(tensor([null, null, 4])), [null, null, 5, null]],
    [masking()(sequence), [null, null, 4]],
    [activation({ activation: "gelu" })(image), [null, null, null, 3]],
    [prelu({ sharedAxes: [1, 2] })(image), [null, null, null, 3]],
    [softmax({ axis: 1 })(sequence), [null, null, 4]],
    [dropout({ rate: 0.5 })(image), [null, null, null, 3]],
    [spatialDropout1d({ rate: 0.5 })(sequence), [null, null, 4]],
    [flatten()(image), [null, null]],
    [reshape({ targetShape: [-1] })(image), [null, null]],
    [reshaping.asLayer()(sequence), [null, 5, null]],
    [permute({ dims: [3, 1, 2] })(image), [null, 3, null, null]],
    [repeatVector({ n: 7 })(tensor([4])), [null, 7, 4]],
    [add()([sequence, tensor([6, 4])]), [null, 6, 4]],
    [multiply()([sequence, tensor([1, 4])]), [null, null, 4]],
    [multiply()([image, tensor([3])]), [null, null, null, 3]],
    [concatenate()([sequence, tensor([6, 2])]), [null, 6, 6]],
    [concatenate({ axis: 1 })([sequence, tensor([6, 4])]), [null, null, 4]],
    [dot({ axes: [2, 1] })([sequence, tensor([4, 8])]), [null, null, 8]],
    [layerNormalization()(image), [null, null, null, 3]],
    [groupNormalization({ groups: 3 })(image), [null, null, null, 3]],
    [batchNormalization()(image), [null, null, null, 3]],
    [globalAveragePooling1d()(sequence), [null, 4]],
    [globalMaxPooling1d({ keepdims: true })(sequence), [null, 1, 4]],
  ])("%#", (output, shape) => {
    expect(output.shape).toEqual(shape);
  });

  it("are exact where all sizes are known", () => {
    expect(flatten()(input({ shape: [3, 4], batchSize: 2 })).shape).toEqual([2, 12]);
  });

  it("keep the element type", () => {
    expect(flatten()(ids).dtype).toBe("int32");
    expect(embedding({ inputDim: 9, outputDim: 2 })(ids).dtype).toBe("float32");
  });

  it("take one fixed batch for the batch of all inputs", () => {
    const both = lambda(([a, b]) => emitAdd(a as Value, b as Value));
    expect(both([input({ shape: [4], batchSize: 8 }), tensor([4])]).shape).toEqual([8, 4]);
  });

  it("say what an open size was tried with when a layer refuses it", () => {
    const halves = lambda(([x]) => emitReshape(x as Value, [7, -1]), { name: "halves" });
    expect(() => halves(sequence)).toThrow(
      /^lambda "halves": .*cannot reshape \[2, 96, 4\].*\(The layer was called on \[\?, \?, 4\], tried with 2 for an open batch and 96 for other open sizes\.\)$/,
    );
  });
});
