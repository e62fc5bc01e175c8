import { ImagoError } from "../../errors.js";
import { threadsGiven } from "../../runtime/threads.node.js";
import type { TaskContext } from "../task.js";

// Tasks for the tests of the pool.

/** Twice each number, as the same kind of array. */
export const double = (numbers: Float64Array): Float64Array => numbers.map((value) => 2 * value);

export const shared = (key: string, { shared }: TaskContext): unknown => shared[key];

export const threads = (): unknown => threadsGiven();

export const processId = (): number => process.pid;

export async function pause(milliseconds: number): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  return milliseconds;
}

export function refuse(help: string | undefined): never {
  throw new ImagoError("tasks: 3 is no 4.", help === undefined ? {} : { help });
}

export function fail(): never {
  throw new RangeError("out of range");
}

export function throwText(): never {
  throw "just a text";
}

/** Tells its process's number, then computes for ever. */
export function hang(_: unknown, { tell }: TaskContext): never {
  tell(process.pid);
  for (;;);
}

export const leave = (code: number): never => process.exit(code);

export const die = (): boolean => process.kill(process.pid, "SIGKILL");

export function count(to: number, { tell }: TaskContext): string {
  for (let i = 0; i < to; i++) tell(i);
  return "done";
}

/** What tells when the job is over already is not heard. */
export function tellLate(_: unknown, { tell }: TaskContext): void {
  setTimeout(() => tell("late"), 20);
}

export const giveFunction = (): unknown => () => 1;
