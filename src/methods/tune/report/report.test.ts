import { describe, expect, it } from "vitest";
import { asha, choice, float, int, median, openStudy } from "../index.js";
import { studyCsv } from "./studyCsv.js";
import { studyJson } from "./studyJson.js";
import { studyText } from "./studyText.js";

const space = {
  rate: float(1e-4, 1, { log: true }),
  head: choice({ mlp: { hidden: int(2, 9) }, linear: {} }),
  kind: choice(["a", '=cmd|"x"', "</script>", null]),
};

async function searched(trials = 60) {
  const study = await openStudy({ space, seed: 3, pruner: median(), sampler: "tpe" });
  await study.run(
    async (trial) => {
      const { rate, head, kind } = trial.params;
      const value = Math.abs(Math.log10(rate) + 2) + (head.choice === "mlp" ? head.hidden / 10 : 1);
      if (kind === null) throw new Error(`no kind in trial ${trial.number}`);
      for (let step = 1; step <= 3; step++) {
        await trial.report(value + 1 / step, step);
        if (trial.shouldStop) break;
      }
      return value;
    },
    { trials },
  );
  return study;
}

describe("a study's report", () => {
  it("says what was found, what matters, and what ended early and why", async () => {
    const study = await searched();
    const text = study.report();
    expect(text).toMatch(
      /^60 trials: \d+ complete, \d+ pruned, \d+ failed; best \S+ \(to minimize, trial \d+\)\.\n {2}rate /,
    );
    expect(text).toContain("\ntrial  value ");
    expect(text).toMatch(/\nwhat matters +share +error +active in\n/);
    expect(text).toContain("\ntpe models together:\n  rate, head, kind\n");
    expect(text).toMatch(/\npruned by +step +trials +values\nmedian +1 +\d+ +\S+ to \S+\n/);
    const failed = study.trials.filter(({ state }) => state === "failed");
    expect(text).toContain(`\nfailed:\n  ${failed.length} × no kind in trial ${failed[0]?.number} (trial`);
    expect(studyText(study, true).split("\n").length).toBeGreaterThan(text.split("\n").length + 40);
  });

  it("says what is not known, with no trials and with few", async () => {
    const study = await openStudy({ space, seed: 1 });
    expect(study.report()).toBe("0 trials: none yet; no value yet (to minimize).\n");
    await study.run(() => 1, { trials: 2 });
    expect(study.report()).toContain("\nWhat matters is not known: ");
  });

  it("tells rungs where trials wait, the end, and a front of several directions", async () => {
    const study = await openStudy({
      space: { x: float(0, 1) },
      seed: 1,
      pruner: asha({ first: 1, factor: 3 }),
    });
    for (let i = 0; i < 6; i++) {
      const trial = (await study.ask())!;
      await trial.report(trial.params.x, 3 ** (trial.attempt - 1));
      await study.tell(trial, trial.params.x);
    }
    expect(study.report()).toMatch(/\nrung +paused +came here +values\n1 +\d +\d +\S+ to \S+\n/);
    const plain = await openStudy({ space: { x: float(0, 1) }, seed: 1 });
    await plain.run(({ params }) => params.x, { trials: 4 });
    await plain.finish({ repeats: 0 });
    expect(plain.report()).toContain("\nChosen: trial ");
    const both = await openStudy({ space: { x: float(0, 1) }, direction: ["minimize", "maximize"] });
    await both.run(({ params }) => [params.x, params.x], { trials: 3 });
    expect(both.report()).toContain("front of 3 (minimize, maximize)");
  });

  it("takes failures together that differ in a number, and not those of other exit codes", async () => {
    const study = await openStudy({ space: { x: float(0, 1) } });
    for (const reason of [
      ...["ended with exit code 3", "ended with exit code 1", "ended with exit code 3", "exit code 13"],
      ...["loss 1.5 in trial 4", "loss 2e-7 in trial 5", "by signal 9", "by signal 15"],
    ]) {
      await study.tell((await study.ask())!, new Error(reason));
    }
    const text = study.report();
    expect(text.slice(text.indexOf("failed:\n"))).toBe(
      `failed:
  2 × ended with exit code 3 (trial 0 the first)
  2 × loss 1.5 in trial 4 (trial 4 the first)
  1 × ended with exit code 1 (trial 1)
  1 × exit code 13 (trial 3)
  1 × by signal 9 (trial 6)
  1 × by signal 15 (trial 7)
`,
    );
  });

  it("keeps control characters of messages from the terminal", async () => {
    const study = await openStudy({ space: { x: float(0, 1) } });
    await study.tell((await study.ask())!, new Error("\x1b[2Jgone"));
    expect(study.report()).toContain("\uFFFD[2Jgone");
  });
});

describe("a study as a table", () => {
  it("has a line a trial, a column a parameter, and no formulas", async () => {
    const study = await searched(20);
    const [head, ...rows] = studyCsv(study).trimEnd().split("\r\n");
    expect(head).toBe(
      "number,state,value,rate,head,head.mlp.hidden,kind,attempts,began,ended,seconds,reason,last step",
    );
    expect(rows.length).toBe(20);
    for (const [number, row] of rows.entries()) {
      const { params, state } = study.trials[number]!;
      const hidden = params.head.choice === "mlp" ? params.head.hidden : "";
      expect(row).toContain(`,${params.rate},${params.head.choice},${hidden},`);
      expect(row.startsWith(`${number},${state},`)).toBe(true);
    }
    expect(rows.join("\n")).toContain(`,"'=cmd|""x""",1,20`);
  });

  it("keeps numbers below 0, and columns apart that would have one name", async () => {
    const study = await openStudy({ space: { value: float(-2, -1) }, direction: ["minimize", "maximize"] });
    await study.tell((await study.ask())!, [-1, -2.5]);
    await study.tell((await study.ask())!, new Error("-x\n@y"));
    const text = studyCsv(study);
    expect(text).toContain("number,state,value 0,value 1,value,attempts");
    expect(text).toContain("0,complete,-1,-2.5,-1.");
    expect(text).toContain(`"'-x\n@y"`);
  });
});

describe("a study as JSON", () => {
  it("holds all that is known", async () => {
    const study = await searched(20);
    const trial = (await study.ask())!;
    await trial.report(Number.NaN, 1);
    await study.tell(trial, 1);
    const whole = JSON.parse(studyJson(study));
    expect(Object.keys(whole)).toEqual(
      "space settings best trials order timeline importance problems".split(" "),
    );
    expect(whole.settings).toMatchObject({ directions: ["minimize"], sampler: { name: "tpe" }, seed: 3 });
    expect(whole.trials.at(-1).reports).toEqual([[1, "NaN"]]);
    expect(whole.trials[0].params).toEqual(study.trials[0]!.params);
    expect(whole.best).toBe(study.best!.number);
  });
});
