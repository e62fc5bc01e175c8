import { describe, expect, it } from "vitest";
import { activation } from "../activations/resolve.js";
import { constraint } from "../constraints/resolve.js";
import { initializer } from "../initializers/resolve.js";
import { loss } from "../losses/resolve.js";
import { metric } from "../metrics/resolve.js";
import { optimizer } from "../optimizers/resolve.js";
import { schedule } from "../optimizers/schedules/resolve.js";
import { regularizer } from "../regularizers/resolve.js";
import type { Config } from "./config.js";
import { type Saved, saved } from "./resolver.js";

interface Named {
  readonly name: string;
  readonly config: Config;
}

/** Options for what cannot be made without, and some that differ from their defaults. */
const given: Readonly<Record<string, Config>> = {
  "schedule constant": { learningRate: 0.5 },
  "schedule exponentialDecay": { initialLearningRate: 1, decaySteps: 10, decayRate: 0.5 },
  "schedule inverseTimeDecay": { initialLearningRate: 1, decaySteps: 10, decayRate: 0.5, staircase: true },
  "schedule piecewiseConstantDecay": { boundaries: [1, 2], values: [3, 2, 1] },
  "schedule polynomialDecay": { initialLearningRate: 1, decaySteps: 10 },
  "schedule cosineDecay": { initialLearningRate: 1, decaySteps: 10, warmupTarget: 2, warmupSteps: 3 },
  "schedule cosineDecayRestarts": { initialLearningRate: 1, firstDecaySteps: 10 },
  "schedule oneCycle": { maxLearningRate: 1, totalSteps: 10, shape: "linear" },
  "metric iou": { numClasses: 3, targetClassIds: [0, 2] },
  "metric meanIoU": { numClasses: 3, ignoreClass: 1 },
  "metric precision": { name: "strict", threshold: 0.9 },
  "metric meanAbsoluteError": { name: "mae" },
  "loss sparseCategoricalCrossentropy": { ignoreClass: -1, reduction: "sum" },
  "constraint maxNorm": { axis: [0, 1, 2] },
  "optimizer adam": { clipNorm: 1, weightDecay: 0.1 },
  "optimizer sgd": {
    learningRate: { name: "cosineDecay", config: { initialLearningRate: 1, decaySteps: 10 } },
    momentum: 0.9,
  },
};

const resolvers: Readonly<
  Record<string, { (spec: Saved, where?: string): Named; readonly names: readonly string[] }>
> = {
  activation,
  constraint,
  initializer,
  loss,
  metric,
  optimizer,
  regularizer,
  schedule,
};

const all = Object.entries(resolvers).flatMap(([kind, resolve]) =>
  resolve.names.map((name) => [kind, name] as const),
);

describe("saved and made again", () => {
  it.each(all)("%s %s", (kind, name) => {
    const resolve = resolvers[kind] as (spec: Saved) => Named;
    const config = given[`${kind} ${name}`] ?? {};
    const first = resolve({ name, config });
    const json = JSON.stringify(saved(first));
    const second = resolve(JSON.parse(json) as Saved);
    expect(JSON.stringify(saved(second))).toBe(json);
    expect(first.name).toBe(config.name ?? name);
    for (const [key, value] of Object.entries(config)) {
      if (key !== "name" && key !== "learningRate") expect(first.config[key]).toEqual(value);
    }
    // An object is its own specification.
    expect(resolve(first)).toBe(first);
  });

  it.each(all)("%s %s refuses an unknown option", (kind, name) => {
    const resolve = resolvers[kind] as (spec: Saved) => Named;
    const config = { ...given[`${kind} ${name}`], bogus: 1 };
    expect(() => resolve({ name, config })).toThrow(/unknown option "bogus"/);
  });
});

describe("names", () => {
  it("may be written as in Keras", () => {
    expect(initializer("glorot_uniform").name).toBe("glorotUniform");
    expect(initializer("GlorotUniform").name).toBe("glorotUniform");
    expect(loss("MSE").name).toBe("meanSquaredError");
    expect(loss("kl_divergence").name).toBe("klDivergence");
    expect(optimizer("AdamW").name).toBe("adamW");
    expect(loss("KLDivergence").name).toBe("klDivergence");
    expect(loss("logcosh").name).toBe("logCosh");
    expect(optimizer("RMSprop").name).toBe("rmsprop");
    expect(optimizer("adamw").name).toBe("adamW");
    expect(regularizer("l1_l2").name).toBe("l1l2");
    expect(constraint("maxnorm").name).toBe("maxNorm");
    expect(activation("LeakyReLU").name).toBe("leakyRelu");
    expect(initializer("LeCunNormal").name).toBe("lecunNormal");
    expect(metric("mae").name).toBe("mae");
    expect(metric("mae").config.type).toBe("meanAbsoluteError");
  });

  it("that are unknown name the nearest and all", () => {
    expect(() => optimizer("rmsporp" as "rmsprop")).toThrow(
      'unknown optimizer "rmsporp". Did you mean "rmsprop"? Available optimizers are: adadelta, adagrad, adam, adamW, adamax, lion, nadam, rmsprop, sgd.',
    );
    expect(() => regularizer("toString" as "l1")).toThrow('unknown regularizer "toString".');
  });

  it("that are missing say what is expected", () => {
    expect(() => loss({} as Saved, "compile")).toThrow(
      "compile: expected a loss, its name or its saved form { name, config }, received {}.",
    );
    expect(() => initializer(null as never)).toThrow("expected an initializer, its name or");
  });

  it.each([null, undefined, 5, true, []])("are not %j", (given) => {
    for (const resolve of Object.values(resolvers)) {
      expect(() => resolve(given as never)).toThrow(/^expected an? [a-z]+, its name or its saved form/);
    }
  });

  it("are not arrays, though these have a method `at` as schedules have", () => {
    expect(() => schedule([0.1] as never)).toThrow("expected a schedule, its name or its saved form");
    expect(() => schedule(Float32Array.of(0.1) as never)).toThrow("expected a schedule, its name");
    expect(() => optimizer({ name: "sgd", config: { learningRate: [0.1] } })).toThrow("learningRate");
  });

  it.each([5, [], "x"])("have no config %j", (config) => {
    for (const [kind, resolve] of Object.entries(resolvers)) {
      const name = resolve.names[0] as string;
      expect(() => resolve({ name, config } as never), kind).toThrow("must be an object");
    }
  });

  it("are not functions, whatever these are called", () => {
    for (const [kind, resolve] of Object.entries(resolvers)) {
      const name = resolve.names[0] as string;
      const factory = Object.defineProperty(() => ({}), "name", { value: name });
      expect(() => resolve(factory as never, "here"), kind).toThrow(
        new RegExp(
          `^here: expected an? [a-z]+, its name or its saved form, received a function\\. Call it: ${name}\\(\\)\\.$`,
        ),
      );
      expect(() => resolve((() => 1) as never), kind).toThrow("Give what a function like");
    }
  });

  it("that are short may be meant too", () => {
    expect(() => loss("msse" as "mse", "compile: loss")).toThrow(
      'compile: loss: unknown loss "msse". Did you mean "mse"?',
    );
  });
});
