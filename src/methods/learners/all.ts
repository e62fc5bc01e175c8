/** Every learner, under the name that it is chosen and saved by: a new one is its file and a line here. */
export { type KNearestOptions, kNearest } from "./kNearest.js";
export { type ElasticNetOptions, elasticNet } from "./linear/elasticNet.js";
export { type LassoOptions, lasso } from "./linear/lasso.js";
export { type LinearOptions, linear } from "./linear/linear.js";
export { type LogisticOptions, logistic } from "./linear/logistic.js";
export { type RidgeOptions, ridge } from "./linear/ridge.js";
export { type SoftmaxRegressionOptions, softmaxRegression } from "./linear/softmaxRegression.js";
export { mean } from "./mean.js";
export { type MlpOptions, mlp } from "./network/mlp.js";
export { type CategoryColumn, type ResidualMlpOptions, residualMlp } from "./network/residualMlp.js";
export { type GradientBoostingOptions, gradientBoosting } from "./trees/gradientBoosting.js";
export { type RandomForestOptions, randomForest } from "./trees/randomForest.js";
export { type TreeOptions, tree } from "./trees/tree.js";
