import { int, type Outcome, type ParamsOf, type Trial } from "../index.js";

export const space = { what: int(0, 6) };

/** Everything that can go wrong in a process. */
export async function objective({ params, attempt }: Trial<ParamsOf<typeof space>>): Promise<Outcome> {
  switch (params.what) {
    case 0:
      console.error("there is no licence");
      process.exit(3);
      break;
    case 1:
      return new Promise(() => {});
    case 2:
      for (;;);
    case 3:
      throw new TypeError("no such thing");
    case 6:
      // A channel that it shares with what runs it.
      for (const said of ["ready", null, { kind: "error" }, { kind: "result", value: 7 }])
        process.send?.(said);
      return 1;
    case 4:
      if (attempt < 3) process.kill(process.pid, "SIGKILL");
      return attempt;
    default:
      return { loss: Number.NaN };
  }
  return 0;
}
