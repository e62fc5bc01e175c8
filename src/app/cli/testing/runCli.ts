import { type CommandEntry, run } from "../shell/run.js";

/** What a run of the program leaves behind. */
export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the program in this process. @param hear told of what goes to standard output, as it comes. Default: nobody. */
export async function runCli(
  args: readonly string[],
  commands: readonly CommandEntry[],
  hear?: (text: string) => void,
): Promise<Said> {
  const said = { out: "", err: "" };
  const code = await run(args, {
    commands,
    debug: false,
    writeOut: (text) => {
      said.out += text;
      hear?.(text);
    },
    writeErr: (text) => {
      said.err += text;
    },
  });
  return { code, ...said };
}
