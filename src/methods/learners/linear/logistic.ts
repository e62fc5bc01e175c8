import { ImagoError } from "../../../engine/errors.js";
import type { Learner } from "../learner.js";
import { type SoftmaxRegressionOptions, softmaxRegressionOf } from "./softmaxRegression.js";

export type LogisticOptions = SoftmaxRegressionOptions;

/**
 * Logistic regression of two classes: the least mean log loss plus (λ / 2) ‖b‖², on columns with mean 0 and standard
 * deviation 1 (divisor n), the intercept free. For more classes there is `softmaxRegression`.
 *
 * Where only one class occurs, its probability is 1.
 */
export function logistic(options: LogisticOptions = {}): Learner {
  const learner = softmaxRegressionOf("logistic", options);
  return {
    ...learner,
    portable: true,
    fit: (data) => {
      if ((data.classes ?? 2) <= 2) return learner.fit(data);
      const help = "Take softmaxRegression.";
      throw new ImagoError(`logistic: learns two classes, received ${data.classes}.`, { help });
    },
  };
}
