/** Networks that read and write text. */
export { parseTextConfig, type TextConfig, type TextOptions, textConfig, textFields } from "./config.js";
export { decodeText } from "./decode.js";
export {
  type Corpus,
  type CorpusIdentity,
  corpusOf,
  loadText,
  readCorpus,
  type SavedText,
  type TextCheckpointOptions,
  type TextRecord,
  textCheckpoint,
} from "./files/textFolder.js";
export { type GenerateOptions, generateFields, generateTokens, Stepper } from "./generate.js";
export {
  type CellKind,
  copyWeights,
  type NetworkConfig,
  type NetworkOptions,
  steppingNetwork,
  type TextMode,
  type TrainingNetworkOptions,
  trainingNetwork,
} from "./network.js";
export { argMax, reweight, type SamplingOptions, sample, samplingFields, truncate } from "./sampling.js";
export {
  type EpochFigures,
  type EpochReport,
  type HeldOutReport,
  type TextSample,
  TextTrainer,
  type TrainerOptions,
  type TrainOptions,
  trainFields,
} from "./trainer.js";
export {
  type TokenKind,
  tokenize,
  unknownWord,
  Vocabulary,
  type VocabularyConfig,
  type VocabularyOptions,
  vocabularyOf,
} from "./vocabulary.js";
export {
  checkStrands,
  denseBatchCount,
  denseBatches,
  type TextBatch,
  type Windows,
  windowBatches,
  windowsOf,
} from "./windows.js";
export { TextWriter } from "./writer.js";
