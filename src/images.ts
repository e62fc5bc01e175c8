/** Pictures: in files, as tensors, and as networks want them. */

export { type PreparePictureOptions, preparePicture } from "./io/images/preparePicture.js";
export { type ReadImageOptions, readImage } from "./io/images/readImage.js";
export { preprocessingPath, readPreprocessing } from "./io/images/readPreprocessing.js";
export { type AnimationOptions, writeAnimation } from "./io/images/writeAnimation.js";
export { encodeImage, type WriteImageOptions, writeImage } from "./io/images/writeImage.js";
export {
  Preprocessing,
  type PreprocessingOptions,
  type PreprocessingPreset,
  type PreprocessingSettings,
  preprocessing,
} from "./vision/preprocessing.js";
export { joinAlpha, type SplitImage, splitAlpha } from "./vision/transparency.js";
