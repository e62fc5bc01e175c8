import { afterEach, describe, expect, it, vi } from "vitest";
import { coresOfMachine } from "./cores.node.js";
import { coresAvailable, threadsGiven, threadsVariable } from "./threads.node.js";

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("threads", () => {
  it("are what the environment says", () => {
    vi.stubEnv(threadsVariable, "3");
    expect(threadsGiven()).toBe(3);
    expect(coresAvailable()).toBe(3);
  });

  it("are not limited where it says nothing", () => {
    vi.stubEnv(threadsVariable, "");
    expect(threadsGiven()).toBeUndefined();
    expect(coresAvailable()).toBe(coresOfMachine());
    vi.stubEnv(threadsVariable, "0");
    expect(coresAvailable()).toBe(coresOfMachine());
  });

  it("are refused where it says something else", () => {
    vi.stubEnv(threadsVariable, "two");
    expect(threadsGiven).toThrow('environment: IMAGO_THREADS must be a whole number from 0, received "two".');
  });
});
