/** Pictures in folders, archives and label files, as batches to learn from. */
export type { AugmentOptions } from "./io/data/augment/options.js";
export type { BatchesOptions } from "./io/data/batches/options.js";
export type { PictureEpoch, PictureSource, SourceStats } from "./io/data/batches/source.js";
export { ImageFolder } from "./io/data/folder.js";
export type { ImageFolderOptions, SplitFractions } from "./io/data/folderOptions.js";
export { imageFolder } from "./io/data/imageFolder.js";
export type { SkippedRow } from "./io/data/listing/listing.js";
export type { PartName } from "./io/data/listing/names.js";
export { cutMix, type Mix, type MixOptions, mixUp } from "./io/data/mix.js";
export type { PictureItem, PicturePart } from "./io/data/picturePart.js";
export type { PrepareOptions, PrepareProgress } from "./io/data/prepare.js";
export type { DuplicatePicture, FolderReport, UnreadablePicture } from "./io/data/report.js";
export type { Colour, PictureFit } from "./io/images/pictureFields.js";
