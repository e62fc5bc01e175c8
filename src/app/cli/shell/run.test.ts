import { describe, expect, it } from "vitest";
import { ImagoError } from "../../../engine/errors.js";
import { type CommandEntry, QuietFailure, run, UsageError } from "./run.js";

async function captured(args: string[], action: () => unknown = () => {}, debug = false) {
  let out = "";
  let err = "";
  const act: CommandEntry = {
    name: "act",
    description: "act",
    load: async () => ({
      register: (command) => {
        command.option("--size <n>").action(async () => {
          await action();
        });
      },
    }),
  };
  const code = await run(args, {
    commands: [act],
    version: "9.9.9",
    debug,
    writeOut: (text) => {
      out += text;
    },
    writeErr: (text) => {
      err += text;
    },
  });
  return { code, out, err };
}

const fail = (error: unknown) => () => {
  throw error;
};

describe("run", () => {
  it("returns 0 for a command that ends well", async () => {
    expect(await captured(["act"])).toEqual({ code: 0, out: "", err: "" });
  });

  it("prints help and version to standard output with 0", async () => {
    const help = await captured(["--help"]);
    expect(help.code).toBe(0);
    expect(help.out).toContain("act");
    expect(await captured(["--version"])).toEqual({ code: 0, out: "9.9.9\n", err: "" });
  });

  it("returns 2 for calls that do not exist", async () => {
    const option = await captured(["act", "--sise", "3"]);
    expect(option).toEqual({
      code: 2,
      out: "",
      err: "imago: unknown option '--sise' (Did you mean --size?) See imago act --help.\n",
    });
    expect((await captured(["atc"])).code).toBe(2);
    expect((await captured(["act", "surplus"])).code).toBe(2);
    expect((await captured([])).code).toBe(2);
    expect((await captured(["act"], fail(new UsageError("--size must be positive.")))).code).toBe(2);
  });

  it("returns 1 and one paragraph for failures", async () => {
    expect(await captured(["act"], fail(new ImagoError("No\n  such file.")))).toEqual({
      code: 1,
      out: "",
      err: "imago: No such file.\n",
    });
    // Nobody can type what the library calls its functions.
    const named = await captured(["act"], fail(new ImagoError('addGradients: the model has no output "y".')));
    expect(named.err).toBe('imago: the model has no output "y".\n');
    const defect = await captured(["act"], fail(new TypeError("x is not a function")));
    expect(defect.code).toBe(1);
    expect(defect.err).toBe("imago: x is not a function (Set IMAGO_DEBUG=1 to see where this happened.)\n");
    expect((await captured(["act"], fail("text"))).err).toContain("imago: text");
  });

  it("shows the stack and the cause when debugging", async () => {
    const error = new ImagoError("Outer.", { cause: new Error("inner") });
    const { err } = await captured(["act"], fail(error), true);
    expect(err).toMatch(/Outer\.[\s\S]*run\.test\.ts[\s\S]*Caused by: Error: inner/);
  });

  it("says no more than the command has said", async () => {
    expect(await captured(["act"], fail(new QuietFailure()))).toEqual({ code: 1, out: "", err: "" });
  });
});
