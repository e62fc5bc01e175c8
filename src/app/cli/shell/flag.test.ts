import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { flag, type NumberRule, number, numbers, oneOf, optional, text } from "../../../engine/options.js";
import { FieldFlags, flagValue } from "./flag.js";
import { UsageError } from "./run.js";

describe("a number", () => {
  const numberOf = (given: string, rule: NumberRule = {}): number => flagValue("--x", given, number(rule));

  it.each([
    ["3", 3],
    ["+3", 3],
    ["-0.5", -0.5],
    [".5", 0.5],
    ["1.", 1],
    ["1e3", 1000],
    ["2E-2", 0.02],
  ])("reads %s", (given, value) => {
    expect(numberOf(given)).toBe(value);
  });

  it.each(["", " ", "3 ", "3x", "0x10", "NaN", "Infinity", "1e999", "--1", "1,5", "1_000", "."])(
    "refuses %j",
    (given) => {
      expect(() => numberOf(given)).toThrow(UsageError);
    },
  );

  it("keeps to its range, and says it", () => {
    const refused = (given: string, rule: NumberRule, message: string): void => {
      expect(() => numberOf(given, rule)).toThrow(`--x must be ${message}, received "${given}".`);
    };
    refused("0", { integer: true, min: 1 }, "a whole number from 1");
    refused("9", { integer: true, min: 1, max: 8 }, "a whole number from 1 to 8");
    refused("1.5", { integer: true }, "a whole number");
    refused("1e16", { integer: true }, "a whole number up to 2147483647");
    refused("0", { above: 0 }, "a number above 0");
    refused("1", { min: 0, below: 1 }, "a number from 0 to below 1");
    expect(numberOf("0", { min: 0, below: 1 })).toBe(0);
  });
});

describe("a word", () => {
  it("is one of its own alone", () => {
    expect(flagValue("--x", "b", oneOf(["a", "b"]))).toBe("b");
    expect(() => flagValue("--x", "B", oneOf(["a", "b"]))).toThrow('--x must be a or b, received "B".');
  });
});

describe("flags of fields", () => {
  const fields = {
    tileSize: number({ default: 16, min: 1, max: 32, integer: true, help: "largest side", unit: "px" }),
    octaveScale: number({ default: 1.4, above: 1, help: "from one size to the next" }),
    limit: optional(number({ min: 0, integer: true, help: "leave when it is more" })),
    kind: oneOf(["lstm", "gru", "rnn"], "lstm", { unit: "kind" }),
    mode: oneOf(["wide", "long"], "wide", { help: "wide: at once; long: in turn", unit: "mode" }),
    place: optional(numbers()),
    title: text("none", { help: "above it" }),
    keep: flag(false, { help: "keep colours" }),
    lowerCase: flag(true),
    hidden: number(),
  };
  const flags = new FieldFlags(fields, {
    tileSize: "--tile",
    lowerCase: { name: "--keep-case", means: false, help: "keep capitals" },
    hidden: false,
  });

  async function given(...args: string[]): Promise<ReturnType<typeof flags.given>> {
    const command = flags.addTo(new Command()).action(() => {});
    await command.parseAsync(args, { from: "user" });
    return flags.given(command.opts());
  }

  it("have the field's help, range and default", () => {
    const help = flags.addTo(new Command()).helpInformation().replaceAll(/ {2,}/g, "  ");
    expect(help).toContain("--tile <px>  largest side, 1 to 32 (default: 16)\n");
    expect(help).toContain("--octave-scale <x>  from one size to the next (default: 1.4)\n");
    expect(help).toContain("--limit <n>  leave when it is more\n");
    expect(help).toContain("--kind <kind>  lstm, gru or rnn (default: lstm)\n");
    expect(help).toContain("--mode <mode>  wide: at once; long: in turn (default: wide)\n");
    expect(help).toContain("--keep  keep colours\n");
    expect(help).toContain("--keep-case  keep capitals\n");
    expect(help).not.toContain("hidden");
  });

  it("give typed values, and nothing for what is not given", async () => {
    expect(await given()).toEqual({});
    expect(await given("--tile", "8", "--kind", "gru", "--keep", "--keep-case", "--place", "1, 2.5")).toEqual(
      {
        tileSize: 8,
        kind: "gru",
        keep: true,
        lowerCase: false,
        place: [1, 2.5],
      },
    );
  });

  it("are read with defaults", () => {
    const own = new FieldFlags(
      { tileSize: fields.tileSize, limit: fields.limit },
      { tileSize: { default: 4 } },
    );
    expect(own.read({})).toEqual({ tileSize: 4, limit: undefined });
    expect(own.read({ limit: "3" })).toEqual({ tileSize: 4, limit: 3 });
  });

  it("speak as the lab does", async () => {
    await expect(given("--octave-scale", "0.5")).rejects.toThrow(
      '--octave-scale must be a number above 1, received "0.5".',
    );
    await expect(given("--place", "1,x")).rejects.toThrow('--place must be a number, received "x".');
    expect(() => fields.octaveScale.read("dream", "octaveScale", 0.5)).toThrow(
      "dream: octaveScale must be a number above 1, received 0.5.",
    );
  });

  it("are known by their options", () => {
    expect(flags.names.get("tileSize")).toBe("--tile");
    expect(flags.names.has("hidden")).toBe(false);
  });
});
