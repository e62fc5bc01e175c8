import { ImagoError } from "../../src/index.js";

/** Says what an error of Imago says, and ends; other errors go on, with all that they know. */
export function explained(error: unknown): void {
  if (!(error instanceof ImagoError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
