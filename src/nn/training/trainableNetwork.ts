import type { Network } from "../network/network.js";
import type { Trainer } from "./trainer.js";

/** A network with what runs its steps. */
export interface TrainableNetwork extends Network {
  /** What tells the run of training that the weights come from; `undefined` before any, and where it is not known. */
  readonly run?: string | undefined;
  /** Made at the first call, and anew after `compile`. */
  trainer(): Promise<Trainer>;
}
