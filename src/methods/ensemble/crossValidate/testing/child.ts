import { crossValidate } from "../crossValidate.js";
import { build, x, y } from "./networks.js";

// node --import tsx child.ts FOLDER WORKERS: trains, or goes on, and tells of every epoch.
const [folder = "", workers = "0"] = process.argv.slice(2);
await crossValidate({
  build,
  x,
  y,
  folds: 3,
  epochs: 6,
  batchSize: 8,
  folder,
  workers: Number(workers),
  onEpoch: ({ member, epoch }) => process.stdout.write(`${member} ${epoch}\n`),
});
process.stdout.write("done\n");
