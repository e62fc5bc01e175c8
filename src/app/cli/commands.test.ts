import { Command, Help } from "commander";
import { describe, expect, it } from "vitest";
import { commands } from "./commands.js";
import { runCli } from "./testing/runCli.js";

describe("commands", () => {
  it.each(commands.map((one) => [one.name, one] as const))(
    "%s is listed as it is called",
    async (name, one) => {
      const command = new Command(name);
      (await one.load()).register(command);
      expect(new Help().subcommandTerm(command)).toBe(`${name} ${one.usage ?? ""}`.trimEnd());
    },
  );

  it.each([
    [["--version"], []],
    [["--help"], []],
    [["dreem"], []],
    [["dream", "--help"], ["dream"]],
    [["help", "style"], ["style"]],
    [["style", "interpolate", "--help"], ["style"]],
  ])("%j loads %j", async (args, expected) => {
    const loaded: string[] = [];
    const watched = commands.map((one) => ({
      ...one,
      load: () => {
        loaded.push(one.name);
        return one.load();
      },
    }));
    const { out, err } = await runCli(args, watched);
    expect(out + err).not.toBe("");
    expect(loaded).toEqual(expected);
  });
});
