/**
 * How whoever started this program can start it again: `npx imago` where npm did, as `npx` and `npm start` do in a
 * clone or in a project that has Imago installed; else `imago`.
 */
export function programName(environment: NodeJS.ProcessEnv = process.env): "imago" | "npx imago" {
  return environment.npm_command === undefined ? "imago" : "npx imago";
}
