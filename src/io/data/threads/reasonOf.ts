import { messageOf } from "../../../engine/errors.js";

/** Why a picture cannot be read, without its path, which is told beside it. */
export function reasonOf(path: string, error: unknown): string {
  const message = messageOf(error);
  const start = `Cannot read ${path}: `;
  return message.startsWith(start) ? message.slice(start.length) : message;
}
