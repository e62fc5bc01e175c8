/** Every initialiser, under the name that it is chosen and saved by: a new one is its file and a line here. */
export { type ConstantOptions, constant } from "./constant.js";
export { glorotNormal } from "./glorotNormal.js";
export { glorotUniform } from "./glorotUniform.js";
export { heNormal } from "./heNormal.js";
export { heUniform } from "./heUniform.js";
export { type IdentityOptions, identity } from "./identity.js";
export { lecunNormal } from "./lecunNormal.js";
export { lecunUniform } from "./lecunUniform.js";
export { ones } from "./ones.js";
export { type OrthogonalOptions, orthogonal } from "./orthogonal.js";
export { type RandomNormalOptions, randomNormal } from "./randomNormal.js";
export { type RandomUniformOptions, randomUniform } from "./randomUniform.js";
export { type TruncatedNormalOptions, truncatedNormal } from "./truncatedNormal.js";
export {
  type FanMode,
  type ScaledDistribution,
  type VarianceScalingOptions,
  varianceScaling,
} from "./varianceScaling.js";
export { zeros } from "./zeros.js";
