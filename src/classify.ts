/** Classifiers of pictures: trained from scratch, or on the features of others; used, judged and exported. */
export { Classifier, type ClassShare } from "./labs/classify/classifier.js";
export { type ExportClassifierOptions, exportClassifier } from "./labs/classify/exportClassifier.js";
export {
  loadClassifier,
  type SavedClassifier,
  saveClassifier,
} from "./labs/classify/files/classifierFolder.js";
export { type OnnxClassifierOptions, onnxClassifier } from "./labs/classify/onnxClassifier.js";
export {
  type Augmentation,
  type ClassifyEvent,
  type ClassifyOptions,
  classifyFields,
  type ScratchNetwork,
  scratchNetworks,
} from "./labs/classify/options.js";
export type { LabelledPictures, PictureBatches, PictureData } from "./labs/classify/pictureData.js";
export {
  type Assessment,
  type AssessOptions,
  assess,
  type ClassFigures,
  type Mistake,
} from "./labs/classify/report/assessment.js";
export { confusionPicture } from "./labs/classify/report/confusionPicture.js";
export { classesCsv, confusionCsv, mistakesCsv } from "./labs/classify/report/tables.js";
export { type TrainedClassifier, trainClassifier } from "./labs/classify/training/trainClassifier.js";
export { findHead, type Head } from "./labs/classify/transfer/findHead.js";
export {
  type TransferBase,
  type TransferBaseOptions,
  transferBase,
} from "./labs/classify/transfer/transferBase.js";
