import { expect, it } from "vitest";
import { tensor } from "../../engine/tensor/tensor.js";
import { dense } from "../../nn/layers/core/dense.js";
import { sequential } from "../../nn/models/sequential.js";
import { float, openStudy } from "../tune/index.js";
import { ensembleOfStudy } from "./index.js";

/** Trials that keep a line y = slope · x. */
async function lines(slopes: readonly number[]) {
  const study = await openStudy({ space: { slope: float(-3, 3) }, seed: 1 });
  for (const slope of slopes) await study.enqueue({ slope });
  await study.run(
    async (trial) => {
      const net = sequential([{ inputShape: [1] }, dense({ units: 1, useBias: false, name: "line" })]);
      net.getLayer("line").setWeights([tensor([[trial.params.slope]])]);
      await trial.keep(net);
      await net.dispose();
      return Math.abs(trial.params.slope - 1);
    },
    { trials: slopes.length },
  );
  return study;
}

const x = tensor([[1], [2], [3], [4]]);

it("pools the trials that are best together, of which none is alone", async () => {
  const study = await lines([0.5, 1.5, -2, 3]);
  const { model, members, risk } = await ensembleOfStudy(study, x, [1, 2, 3, 4], { greedy: { rounds: 2 } });
  expect(members.map(({ trial, weight }) => [trial, weight])).toEqual([
    [0, 0.5],
    [1, 0.5],
  ]);
  expect(risk).toBeCloseTo(0, 12);
  expect(members[0]?.risk).toBeCloseTo((0.25 * 30) / 4, 6);
  const given = await model.predict(x as never);
  expect([...(Object.values(given as object)[0] as { data: Float32Array }).data]).toEqual([1, 2, 3, 4]);
  await model.dispose();
});

it("is one trial's model where that is best, and says where there is none", async () => {
  const { members } = await ensembleOfStudy(await lines([1, 3]), x, [1, 2, 3, 4], { trials: 1 });
  expect(members).toHaveLength(1);
  const study = await openStudy({ space: { slope: float(-3, 3) } });
  await study.run(() => 1, { trials: 1 });
  await expect(ensembleOfStudy(study, x, [1, 2, 3, 4])).rejects.toThrow(
    "no trial of the study has kept its model",
  );
  await expect(ensembleOfStudy(study, x, [1], { los: "auc" } as never)).rejects.toThrow(
    'Did you mean "loss"?',
  );
});
