/** Classifiers: the one that comes with Imago, a catalogue, a store of downloaded ones, and networks that can be looked into. */
export { type CatalogueModel, catalogue, type KnownModel } from "./io/models/catalogue.js";
export { type Classifier, type OpenClassifierOptions, openClassifier } from "./io/models/openClassifier.js";
export { type PackedModel, packedModels } from "./io/models/packed.js";
export type { PulledModel } from "./io/models/record.js";
export {
  ModelStore,
  type PullFromOptions,
  type PullOptions,
  type StorableModel,
  type StoredModel,
  type StoreOptions,
} from "./io/models/store.js";
export { type ImageNetwork, onnxImageNetwork } from "./vision/imageNetwork.js";
