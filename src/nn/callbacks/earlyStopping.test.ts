import { describe, expect, it } from "vitest";
import { earlyStopping } from "./earlyStopping.js";
import { feed, line, runFit } from "./testing/runFit.js";

const weight = (net: ReturnType<typeof line>): number =>
  Number(net.getLayer("dense").getWeights()[0]?.item());

describe("earlyStopping", () => {
  // The epochs in which Keras's EarlyStopping stops, worked out from its rule.
  it.each([
    ["at the first epoch without improvement", {}, [5, 4, 4.5, 3], 2],
    ["never in the first epoch", { baseline: 1 }, [5, 4, 3], undefined],
    ["after patience epochs", { patience: 2 }, [5, 4, 6, 7, 1], 3],
    ["counting anew after an improvement", { patience: 2 }, [5, 6, 4, 6, 3, 4, 4, 2], 6],
    ["when changes are too small", { minDelta: 0.5 }, [5, 4, 3.6, 1], 2],
    ["never while it improves", {}, [5, 4, 3, 2], undefined],
    ["only from a given epoch", { startFromEpoch: 3 }, [5, 6, 7, 8, 9], 4],
    ["when the baseline is not reached in time", { baseline: 2, patience: 3 }, [5, 4, 3, 3.5, 2.4], 3],
    ["not when it is", { baseline: 2, patience: 2 }, [5, 1, 3], undefined],
    ["on a NaN", {}, [5, Number.NaN, 3], 1],
  ])("stops %s", async (_, options, figures, expected) => {
    expect((await feed(earlyStopping(options), "val_loss", figures)).stoppedAt).toBe(expected);
  });

  it("takes rising figures by their names, or as it is told", async () => {
    const stoppedAt = async (monitor: string, mode?: "min" | "max") =>
      (await feed(earlyStopping({ monitor, mode }), monitor, [1, 2, 1.5])).stoppedAt;
    expect(await stoppedAt("val_accuracy")).toBe(2);
    expect(await stoppedAt("loss")).toBe(1);
    expect(await stoppedAt("mine", "max")).toBe(2);
    await expect(stoppedAt("mine")).rejects.toThrow(
      'earlyStopping: it cannot be told from the name "mine" whether less or more of it is better; set mode',
    );
    expect(() => earlyStopping({ mode: "down" as never })).toThrow('mode must be "auto", "min" or "max"');
  });

  it("brings back the weights of the best epoch", async () => {
    const net = line();
    const { reason } = await feed(
      earlyStopping({ restoreBestWeights: true, patience: 2 }),
      "val_loss",
      [5, 3, 4, 6],
      net,
    );
    // `feed` sets the weight to the epoch's number.
    expect(weight(net)).toBe(1);
    expect(reason).toBe("earlyStopping: val_loss was best, 3, in epoch 2");
    const kept = line();
    await feed(earlyStopping({ patience: 2 }), "val_loss", [5, 3, 4, 6], kept);
    expect(weight(kept)).toBe(3);
  });

  it("stays stopped when the run is resumed, and brings back the same weights", async () => {
    const make = () => earlyStopping({ monitor: "loss", restoreBestWeights: true });
    // So large a rate that the loss grows.
    const { net, history } = await runFit({ net: line(0.8), epochs: 9, callbacks: [make()] });
    expect(history.epochs).toEqual([0, 1]);
    const best = weight(net);
    net.getLayer("dense").setWeights([[[77]]]);
    const again = await runFit({ net, epochs: 9, resume: history.position, callbacks: [make()] });
    expect(again.history.epochs).toEqual([]);
    expect(again.history.stopped).toBe(history.stopped);
    expect(weight(net)).toBe(best);
  });

  it("names the figures there are when its own is not", async () => {
    await expect(runFit({ callbacks: [earlyStopping()] })).rejects.toThrow(
      'earlyStopping: there is no figure "val_loss" to monitor. Available are: loss. Give fit validationData',
    );
    const options = { validationSplit: 0.5, callbacks: [earlyStopping({ monitor: "val_mae" })] };
    await expect(runFit(options)).rejects.toThrow("Available are: loss, val_loss.");
  });

  it("waits for epochs that validate", async () => {
    const { history } = await runFit({
      net: line(0.8),
      epochs: 8,
      validationSplit: 0.5,
      validationFrequency: 2,
      callbacks: [earlyStopping()],
    });
    expect(history.epochs).toEqual([0, 1, 2, 3]);
  });

  it.each([
    [{ patient: 3 }, 'earlyStopping: unknown option "patient". Did you mean "patience"?'],
    [{ patience: -1 }, "earlyStopping: patience must be a whole number from 0"],
  ])("refuses %j", (options, message) => {
    expect(() => earlyStopping(options as never)).toThrow(message);
  });
});

describe("a first figure that is not finite", () => {
  // Keras keeps it as the best for ever.
  it.each([
    ["val_loss", [Number.NaN, 4, 3, 2, 1]],
    ["val_loss", [Number.NEGATIVE_INFINITY, 4, 3, 2, 1]],
    ["val_accuracy", [Number.POSITIVE_INFINITY, 0.1, 0.2, 0.3, 0.4]],
  ])("is beaten by any that is: %s", async (monitor, figures) => {
    const net = line();
    const callback = earlyStopping({ monitor, patience: 2, restoreBestWeights: true });
    expect((await feed(callback, monitor, figures, net)).stoppedAt).toBeUndefined();
    expect(weight(net)).toBe(4);
  });

  it("is said to be all there was", async () => {
    const { reason } = await feed(earlyStopping({ patience: 2 }), "val_loss", Array(4).fill(Number.NaN));
    expect(reason).toBe("earlyStopping: val_loss was never a finite number");
  });
});
