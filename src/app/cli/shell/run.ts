import { Command, CommanderError, Help, type Option } from "commander";
import { ImagoError, messageOf, nearest } from "../../../engine/errors.js";

/** Gives a command its arguments, options, action and commands below it. Each command's file exports one. */
export type Register = (command: Command) => void;

/** A command as the program knows it before it is asked for. */
export interface CommandEntry {
  readonly name: string;
  /** What follows its name in a call, as `--help` lists it. Default: nothing. */
  readonly usage?: string;
  readonly description: string;
  /** Loads what it needs: a call pays for its own command alone. */
  readonly load: () => Promise<{ readonly register: Register }>;
}

/** What a run says about itself to the shell: done, failed, called in a way that does not exist. */
export type ExitCode = 0 | 1 | 2;

/** A call that cannot be meant: arguments that contradict each other, a value out of range. Exits with 2. */
export class UsageError extends ImagoError {
  override readonly name = "UsageError";
}

/** A check has already printed what is wrong; the run exits with 1 and says no more. */
export class QuietFailure extends Error {
  override readonly name = "QuietFailure";
}

export interface RunOptions {
  /** Default: none, and the program has only `--help` and `--version`. */
  readonly commands?: readonly CommandEntry[];
  /** Printed by `--version`. Default: `"unknown"`. */
  readonly version?: string;
  /** Where help and results go. Default: standard output. */
  readonly writeOut?: (text: string) => void;
  /** Where errors go. Default: standard error. */
  readonly writeErr?: (text: string) => void;
  /** Print stack traces. Default: whether the environment has `IMAGO_DEBUG=1`. */
  readonly debug?: boolean;
}

/** All whitespace, line ends too, becomes single spaces: messages of libraries below often run over many lines. */
const oneParagraph = (text: string): string => text.replaceAll(/\s+/g, " ").trim();

/** Without the name of the library's function that an error is of, which nobody can type here. */
const toldHere = (message: string): string =>
  message.replace(/^(?:[a-z]+(?:[A-Z][a-z]+)+|items|say|svg|symbols): /, "");

/**
 * Runs the command line program and turns every way it can end into an exit code. It never throws, and prints
 * an error as one paragraph; a stack trace appears only with `IMAGO_DEBUG=1`.
 *
 * @param given Arguments after the program's name.
 */
export async function run(given: readonly string[], options: RunOptions = {}): Promise<ExitCode> {
  const writeOut = options.writeOut ?? ((text: string) => process.stdout.write(text));
  const writeErr = options.writeErr ?? ((text: string) => process.stderr.write(text));
  const debug = options.debug ?? process.env.IMAGO_DEBUG === "1";
  const args = withoutHelp(given);
  const asked = nameAsked(args);

  const program = new Command("imago")
    .description("Train and run neural networks: a model is an ONNX graph from birth.")
    .version(options.version ?? "unknown", "-v, --version")
    // What stands behind a command is its own: a command and one below it may have flags of the same name.
    .enablePositionalOptions()
    // Both are inherited by commands added later, so they come first.
    .exitOverride()
    .configureHelp({ optionDescription: described })
    .configureOutput({
      writeOut,
      writeErr,
      outputError: (text, write) => {
        const said = oneParagraph(text).replace(/^error: /, "");
        const known = options.commands?.some(({ name }) => name === asked) === true;
        const help = known ? `imago ${asked} --help` : "imago --help";
        write(`imago: ${said}${/[.?!)]$/.test(said) ? "" : "."} See ${help}.\n`);
      },
    });

  try {
    await addCommands(program, options.commands ?? [], asked);
    checkCommand(program, args);
    program.hook("preAction", (_, acting) => checkNames(acting));
    await program.parseAsync([...args], { from: "user" });
    return 0;
  } catch (error) {
    // Commander has printed its own message. It uses 1 for any wrong call, which here means a failed one.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof QuietFailure) return 1;
    const message = messageOf(error);
    if (debug && error instanceof Error) {
      writeErr(`${error.stack ?? message}\n`);
      if (error.cause !== undefined) writeErr(`Caused by: ${describe(error.cause)}\n`);
    } else {
      const defect = error instanceof ImagoError ? "" : " (Set IMAGO_DEBUG=1 to see where this happened.)";
      writeErr(`imago: ${toldHere(oneParagraph(message))}${defect}\n`);
    }
    return error instanceof UsageError ? 2 : 1;
  }
}

const plainHelp = new Help();

/** What an option is for, and what stands for it: an empty list or text says nothing to a reader, and a name needs no quotes. */
function described({ description, defaultValue, negate }: Option): string {
  const isText = typeof defaultValue === "string" && defaultValue !== "" && !negate;
  return isText ? `${description} (default: ${defaultValue})` : description;
}

/** `help tune run` as `tune run --help`, which commander gives for the innermost command. */
const withoutHelp = (args: readonly string[]): readonly string[] =>
  args[0] === "help" && args.length > 1 ? [...args.slice(1), "--help"] : args;

/** The command that a call asks for, or asks help for. */
const nameAsked = (args: readonly string[]): string | undefined => args.find((arg) => !arg.startsWith("-"));

/** Refuses commands below commands that there are not. Commander shows the help of the one above where help is asked of them. */
function checkCommand(program: Command, args: readonly string[]): void {
  let command = program;
  for (const word of args) {
    const below = command.commands.find((one) => one.name() === word);
    if (below === undefined) {
      const isCommand = !word.startsWith("-") && command.commands.length > 0 && word !== "help";
      // What takes arguments takes it for one.
      if (!isCommand || command.registeredArguments.length > 0) return;
      const names = command.commands.map((one) => one.name());
      const meant = nearest(word, names);
      program.error(`unknown command '${word}'${meant === undefined ? "" : ` (Did you mean ${meant}?)`}`);
    }
    if (below !== undefined) command = below;
  }
}

/** Refuses empty names of files and folders, and - where it stands for no file. */
function checkNames(command: Command): void {
  const given: [name: string, value: unknown][] = [
    ...command.registeredArguments.map((one, index): [string, unknown] => [
      `<${one.name()}>`,
      command.processedArgs[index],
    ]),
    ...command.options.map((one): [string, unknown] => [
      one.flags,
      command.getOptionValue(one.attributeName()),
    ]),
  ];
  for (const [name, value] of given) {
    const kind = kinds.find(([unit]) => new RegExp(`[<[|](${unit})\\b`).test(name))?.[1];
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    for (const one of kind === undefined ? [] : values) {
      if (one !== "" && !(one === "-" && kind !== "a file")) continue;
      throw new UsageError(`${name.split(" ")[0]} must be ${kind}, received "${one}".`);
    }
  }
}

/** What values in angle brackets are, as far as they are names of files. */
const kinds = [
  ["dir", "a folder"],
  ["file|image|content|styles|first|second", "a file"],
  ["script", "a file with a module"],
  ["place", "a folder or the URL of a database"],
] as const;

/** Adds every command by its name, and loads the one that is asked for. */
async function addCommands(
  program: Command,
  entries: readonly CommandEntry[],
  asked: string | undefined,
): Promise<void> {
  for (const { name, description, load } of entries) {
    const command = program.command(name).description(description);
    if (name === asked) (await load()).register(command);
  }
  // After the commands, which would inherit it.
  const terms = new Map(entries.map(({ name, usage = "" }) => [name, `${name} ${usage}`.trimEnd()]));
  program.configureHelp({
    subcommandTerm: (command) => terms.get(command.name()) ?? plainHelp.subcommandTerm(command),
  });
}

const describe = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);
