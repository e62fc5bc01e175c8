import type { Network } from "../network/network.js";
import type { Trainer } from "./trainer.js";

/** A network with what runs its steps. */
export interface TrainableNetwork extends Network {
  /** Made at the first call, and anew after `compile`. */
  trainer(): Promise<Trainer>;
}
