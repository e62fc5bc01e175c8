import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { largestExact } from "../../engine/options.js";
import { commands } from "./commands.js";
import { FieldOption } from "./shell/flag.js";
import { runCli } from "./testing/runCli.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A command by its words, and commander's. */
type Named = readonly [words: readonly string[], command: Command];

function below([words, command]: Named): Named[] {
  const inner = command.commands.flatMap((one) => below([[...words, one.name()], one]));
  return command.registeredArguments.length > 0 || inner.length === 0 ? [[words, command], ...inner] : inner;
}

const all: Named[] = [];
for (const { name, load } of commands) {
  const command = new Command(name);
  (await load()).register(command);
  all.push(...below([[name], command]));
}

/** A call that is right but for what is tried, were its files there. */
function called([words, command]: Named, ...tried: readonly string[]): readonly string[] {
  const given = command.registeredArguments
    .filter(({ required }) => required)
    .map(() => join(folder, "none"));
  const needed = command.options
    .filter(({ mandatory, long }) => mandatory && long !== tried[0])
    .flatMap(({ long }) => [long as string, "none"]);
  return [...words, ...given, ...needed, ...tried];
}

const numeric = all.flatMap((named) =>
  named[1].options.flatMap((option) =>
    option instanceof FieldOption && option.field.form?.kind === "number"
      ? [[`${named[0].join(" ")} ${option.long}`, named, option] as const]
      : [],
  ),
);
const several = all.flatMap((named) =>
  named[1].options.flatMap((option) =>
    option instanceof FieldOption && option.field.form?.kind === "numbers"
      ? [[`${named[0].join(" ")} ${option.long}`, named, option] as const]
      : [],
  ),
);

describe("a flag that takes a number", () => {
  it("is of every command that has any", () => {
    expect(numeric.length).toBeGreaterThan(50);
  });

  it.each(numeric)("%s has both ends of its range, and says them", async (_, named, option) => {
    const flag = option.long as string;
    for (const [value, end] of [
      ["-1e300", / (from|above) /],
      ["1e300", / (to|below) /],
    ] as const) {
      const { code, out, err } = await runCli(called(named, `${flag}=${value}`), commands);
      expect({ code, out }).toEqual({ code: 2, out: "" });
      expect(err).toMatch(new RegExp(`^imago: ${flag} must be a (whole )?number .*received "${value}"\\.`));
      expect(/must be (.*), received/.exec(err)?.[1]).toMatch(end);
    }
  });

  it.each(numeric)("%s says its range in help", (_, __, { field, description }) => {
    // A seed may be any.
    const isSeed = /the same seed/.test(description);
    if (isSeed) expect(() => field.read("", "seed", largestExact)).not.toThrow();
    else expect(description).toMatch(/\d( and up)? to (below )?[\d.]+|up to [\d.]+/);
  });

  it.each(several)("%s has both ends for each of its numbers", async (_, named, option) => {
    const flag = option.long as string;
    const count = option.field.form?.kind === "numbers" ? (option.field.form.count ?? 1) : 1;
    for (const value of ["-1e300", "1e300", "x"]) {
      const list = Array.from(
        { length: count },
        (__, index) => (value === "1e300" ? index + 1 : index) && value,
      );
      const text = value === "-1e300" ? [value, ...Array(count - 1).fill("1")].join(",") : list.join(",");
      const { code, out, err } = await runCli(called(named, `${flag}=${text}`), commands);
      expect({ code, out }).toEqual({ code: 2, out: "" });
      expect(err).toMatch(new RegExp(`^imago: ${flag} must be `));
    }
  });
});

/** Flags with a value that are not made of fields: texts, and numbers in forms of their own, which `forms` tries. */
const plain = new Set(
  all.flatMap(([, { options }]) =>
    options.flatMap((option) =>
      option instanceof FieldOption || (!option.required && !option.optional) ? [] : [option.flags],
    ),
  ),
);

/** Numbers in forms of their own, each with what is too small, too large and none. */
const forms: readonly (readonly [flags: string, call: readonly string[], values: readonly string[]])[] = [
  ["--size <px>", ["dream", "none.png", "--size"], ["15", "30001", "1e300", "-1e300", "x"]],
  [
    "--size <px[,px…]>",
    ["style", "none.png", "none.png", "--size"],
    ["15", "16,30001", "1e300", "x", "30,20"],
  ],
  ["--blend <w[,w…]>", ["style", "none.png", "none.png", "--blend"], ["-1", "1e300", "x", "0", "1,2"]],
  [
    "--channels <list>",
    ["filters", "channels", "--layer", "a", "--channels"],
    ["-1", "9999999999", "x", "3-1"],
  ],
  [
    "--layer <name[:channel][=weight]>",
    ["dream", "none.png", "--layer"],
    ["=1", "a=1e300", "a=-1e300", "a=x", "a=Infinity"],
  ],
  [
    "--content-layer <name[=weight]>",
    ["style", "none.png", "none.png", "--content-layer"],
    ["=1", "a=1e300", "a=0", "a=-1"],
  ],
  [
    "--style-layer <name[=weight]>",
    ["style", "none.png", "none.png", "--style-layer"],
    ["=1", "a=1e300", "a=0", "a=x"],
  ],
];

describe("a number in a form of its own", () => {
  it("is tried below, or is no number", () => {
    const texts = [
      ...[
        "--out <dir>",
        "--data <dir>",
        "--track [dir]",
        "--prompt <text>",
        "--model <file|name>",
        "--guide <image>",
      ],
      ...[
        "--mask <image>",
        "--out <file>",
        "--preview <file>",
        "--labels <file>",
        "--losses <file>",
        "--layer <name>",
      ],
      ...[
        "--files <dir>",
        "--name <text>",
        "--figure <names>",
        "--remove <tag>",
        "--notes <text>",
        "--name <name>",
      ],
      ...["--of <output>", "--wrt <names>"],
      ...[
        "--network <file|name>",
        "--cut <name>",
        "--group <pattern>",
        "--part <name>",
        "--model <dir|file|name>",
      ],
      ...[
        "--against <file>",
        "--continue <file>",
        "--from <dir>",
        "--label <name>",
        "--like <file>",
        "--text <words>",
        "--init <what|image>",
        "--class <name|number>",
        ...["--class <name>", "--as <column=kind>", "--exclude <columns>", "--learner <name>"],
      ],
      // Sizes of ONNX files, which onnx.test.ts tries on a file.
      ...["--dimension <name=size>", "--shape <input=sizes>"],
    ];
    expect([...plain].filter((flags) => !texts.includes(flags)).sort()).toEqual(
      forms.map(([flags]) => flags).sort(),
    );
  });

  it.each(forms.flatMap(([flags, call, values]) => values.map((value) => [flags, value, call] as const)))(
    "%s refuses %s by its name",
    async (flags, value, call) => {
      const flag = flags.split(" ")[0] as string;
      const args = [...call.slice(0, -1), `${flag}=${value}`];
      const { code, out, err } = await runCli(args, commands);
      expect({ code, out }).toEqual({ code: 2, out: "" });
      expect(err).toMatch(new RegExp(`^imago: ${flag}[: ]`));
    },
  );
});
