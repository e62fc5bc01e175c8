/** Well-known networks for images, as Keras's applications, and weights for them from files. */
export * from "./nn/architectures/index.js";
