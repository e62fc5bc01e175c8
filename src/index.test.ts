import { describe, expect, expectTypeOf, it } from "vitest";
import { dense, input, type Model, model, type Tensor, type TensorLike, tensor } from "./index.js";

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
