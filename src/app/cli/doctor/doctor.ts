import os from "node:os";
import { messageOf } from "../../../engine/errors.js";
import { type RuntimeInfo, runTinySession, runtimeInfo } from "../../../engine/runtime/backends.js";
import { checkPacked, packedModels } from "../../../io/models/packed.js";
import { colors } from "../shell/colours.js";
import { QuietFailure, type Register } from "../shell/run.js";

/** What the doctor asks of the machine. Handed in, so that tests can be every machine. */
export interface Machine {
  /** `process.versions.node`: `"20.19.0"`. */
  readonly nodeVersion: string;
  /** `"linux x64"`. */
  readonly platform: string;
  /** Empty where the system does not say. */
  readonly cpuModel: string;
  readonly cpuCount: number;
  /** CPUs this process may use: containers and affinity masks give fewer than there are. */
  readonly parallelism: number;
  /** Bytes this process could still allocate, container limits included. */
  readonly availableMemory: number;
  /** Bytes. */
  readonly totalMemory: number;
  readonly runtimeInfo: () => Promise<RuntimeInfo>;
  /** Resolves to milliseconds. */
  readonly runTinySession: () => Promise<number>;
  /** Rejects where a network that comes with Imago is damaged or missing; resolves to their names. */
  readonly packedNetworks: () => Promise<readonly string[]>;
}

/** One line of the doctor's report. */
export interface Finding {
  readonly name: string;
  readonly value: string;
  /** `"note"` works, with a limit worth knowing; `"broken"` must be mended before Imago runs. */
  readonly state: "good" | "note" | "broken";
  /** How to mend it, or what the limit means. */
  readonly help?: string;
}

const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

/** The machine this process runs on. */
export function thisMachine(): Machine {
  const cpus = os.cpus();
  return {
    nodeVersion: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    cpuModel: cpus[0]?.model.trim() ?? "",
    cpuCount: cpus.length,
    parallelism: os.availableParallelism(),
    availableMemory: process.availableMemory(),
    totalMemory: os.totalmem(),
    runtimeInfo,
    runTinySession: () => runTinySession(),
    packedNetworks: async () => {
      for (const model of packedModels) await checkPacked(model);
      return packedModels.map(({ name }) => name);
    },
  };
}

/** Looks at everything Imago needs. Never throws: whatever is broken is a finding. */
export async function examine(machine: Machine): Promise<Finding[]> {
  const findings = [
    nodeFinding(machine),
    { name: "Platform", value: machine.platform, state: "good" } as const,
    ...processorFindings(machine),
    memoryFinding(machine),
  ];
  try {
    findings.push(...runtimeFindings(await machine.runtimeInfo()));
  } catch (error) {
    const broken = { value: "does not load", state: "broken", help: messageOf(error) } as const;
    return [...findings, { name: "ONNX Runtime", ...broken }];
  }
  return [...findings, await sessionFinding(machine), await networkFinding(machine)];
}

function nodeFinding({ nodeVersion }: Machine): Finding {
  const [major = 0, minor = 0] = nodeVersion.split(".").map(Number);
  const isNew = major > 20 || (major === 20 && minor >= 19);
  return {
    name: "Node.js",
    value: nodeVersion,
    ...(isNew
      ? { state: "good" }
      : { state: "broken", help: "Imago needs 20.19 or newer: https://nodejs.org/en/download" }),
  };
}

function processorFindings({ cpuModel, cpuCount, parallelism }: Machine): Finding[] {
  const model = cpuModel === "" ? "" : ` (${cpuModel})`;
  const limited = `This process may use ${parallelism} of ${cpuCount} CPUs: a container or an affinity mask limits it.`;
  return [
    { name: "CPUs", value: `${cpuCount}${model}`, state: "good" },
    {
      name: "Threads",
      value: `${parallelism}`,
      ...(parallelism < cpuCount ? { state: "note", help: limited } : { state: "good" }),
    },
  ];
}

function memoryFinding({ availableMemory, totalMemory }: Machine): Finding {
  return {
    name: "Memory",
    value: `${gibibytes(availableMemory)} free of ${gibibytes(totalMemory)}`,
    ...(availableMemory < 2 ** 30
      ? { state: "note", help: "Under 1 GiB, train with small batches or close other programs." }
      : { state: "good" }),
  };
}

function runtimeFindings({ version, backends }: Awaited<ReturnType<Machine["runtimeInfo"]>>): Finding[] {
  const namesOf = (bundled: boolean): string[] =>
    backends.filter((backend) => backend.bundled === bundled).map(({ name }) => name);
  const others = namesOf(false);
  const help =
    `${others.join(" and ")} would need libraries that onnxruntime-node's install script downloads. ` +
    "Imago does not need them. Where that download is blocked, install with npm's --ignore-scripts.";
  return [
    { name: "ONNX Runtime", value: version, state: "good" },
    {
      name: "Providers",
      value: namesOf(true).join(", "),
      ...(others.length > 0 ? { state: "note", help } : { state: "good" }),
    },
  ];
}

async function sessionFinding(machine: Machine): Promise<Finding> {
  try {
    const milliseconds = await machine.runTinySession();
    return { name: "Session", value: `runs (${milliseconds.toFixed(1)} ms)`, state: "good" };
  } catch (error) {
    const help = `${messageOf(error)} Install again with npm ci; if it stays, report it with this whole output.`;
    return { name: "Session", value: "does not run", state: "broken", help };
  }
}

/** Other networks do without it. */
async function networkFinding(machine: Machine): Promise<Finding> {
  const name = "Own network";
  try {
    return { name, value: `${(await machine.packedNetworks()).join(", ")}, whole`, state: "good" };
  } catch (error) {
    return { name, value: "cannot be used", state: "note", help: messageOf(error) };
  }
}

/** The findings as text, one line each and help indented below. */
export function format(findings: readonly Finding[]): string {
  const marks = { good: colors.green("✓"), note: colors.yellow("•"), broken: colors.red("✗") };
  const width = Math.max(...findings.map((finding) => finding.name.length));
  const lines = findings.flatMap(({ name, value, state, help }) => [
    `${marks[state]} ${name.padEnd(width)}  ${value}`,
    ...(help === undefined ? [] : [colors.dim(`  ${" ".repeat(width)}  ${help}`)]),
  ]);
  const broken = findings.filter((finding) => finding.state === "broken").length;
  const verdict =
    broken === 0
      ? "Imago is ready."
      : `${broken === 1 ? "One thing" : `${broken} things`} must be mended before Imago runs.`;
  return `${lines.join("\n")}\n\n${verdict}\n`;
}

/** `imago doctor`. */
export const register: Register = (command) => {
  command.action(async () => {
    const findings = await examine(thisMachine());
    process.stdout.write(format(findings));
    if (findings.some((finding) => finding.state === "broken")) throw new QuietFailure();
  });
};
