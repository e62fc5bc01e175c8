import { createColors } from "picocolors";

/**
 * Whether standard output shows colours: a terminal does, unless NO_COLOR is set, and anything does when
 * FORCE_COLOR is. A continuous-integration variable says nothing about where the output goes.
 */
function coloured(): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (NO_COLOR !== undefined && NO_COLOR !== "") return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== "0") return true;
  return process.stdout.isTTY === true && TERM !== "dumb";
}

/** Styles text for standard output; plain where that shows no colours. */
export const colors: ReturnType<typeof createColors> = createColors(coloured());
