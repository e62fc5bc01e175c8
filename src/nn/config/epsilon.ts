/** Keras's fuzz factor (`keras.config.epsilon()`), which keeps logarithms and quotients finite. */
export const epsilon = 1e-7;
