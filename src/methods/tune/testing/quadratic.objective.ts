import { appendFileSync } from "node:fs";
import { choice, float, type Outcome, type ParamsOf, type Trial } from "../index.js";

/** What tests of processes search. */
export const space = {
  x: float(-1, 1),
  scale: choice([(value: number) => value, (value: number) => 2 * value]),
};

export type Params = ParamsOf<typeof space>;

/** Counts evaluations in a file, and goes on from its checkpoints: the value is a sum over steps. */
export async function objective(trial: Trial<Params>): Promise<Outcome> {
  const { x, scale } = trial.params;
  const log = process.env.IMAGO_TEST_LOG;
  const note = (text: string): void => {
    if (log !== undefined) appendFileSync(log, `${trial.number} ${trial.attempt} ${text}\n`);
  };
  const from = await trial.checkpoint();
  let sum = from === undefined ? 0 : (new Float64Array(Uint8Array.from(from.files.sum ?? []).buffer)[0] ?? 0);
  note(`from ${from?.step ?? 0}`);
  const pause = Number(process.env.IMAGO_TEST_PAUSE ?? 0);
  for (let step = (from?.step ?? 0) + 1; step <= 9; step++) {
    sum += scale((x - 0.3) ** 2) / step + (trial.seed % 7) * 1e-6;
    if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
    await trial.report(sum, step, { final: step === 9 });
    if (trial.shouldStop || step % 2 === 0) {
      await trial.save({ sum: new Uint8Array(Float64Array.of(sum).buffer) }, step);
    }
    if (trial.shouldStop) break;
  }
  note("done");
  return { loss: sum };
}
