/** Public classifiers: a catalogue, a store of downloaded ones, and networks that can be looked into. */
export { type CatalogueModel, catalogue } from "./io/models/catalogue.js";
export type { PulledModel } from "./io/models/record.js";
export {
  ModelStore,
  type PullFromOptions,
  type PullOptions,
  type StoredModel,
  type StoreOptions,
} from "./io/models/store.js";
export { type ImageNetwork, onnxImageNetwork } from "./vision/imageNetwork.js";
