# R's SuperLearner on the folds that bench/superLearner.ts wrote: JOB.
#
# Needs the packages SuperLearner, glmnet, ranger, gbm, MASS and jsonlite. Its own wrappers where they are what the others
# use, and wrappers of this file for neighbours on scaled columns (its own takes classes alone) and boosting at the others'
# settings (its own grows 10,000 stumps).
suppressMessages({library(SuperLearner); library(jsonlite); library(glmnet); library(ranger); library(gbm)})
job <- fromJSON(commandArgs(TRUE)[1], simplifyVector = FALSE)
x <- as.data.frame(do.call(rbind, lapply(job$x, unlist)))
y <- unlist(job$y)
binary <- job$binary

SL.neighbours <- function(Y, X, newX, k = 10, ...) {
  centre <- colMeans(X); spread <- apply(X, 2, function(v) sqrt(mean((v - mean(v))^2))); spread[spread == 0] <- 1
  a <- scale(X, centre, spread); b <- scale(newX, centre, spread)
  pred <- apply(b, 1, function(row) mean(Y[order(rowSums(sweep(a, 2, row)^2))[seq_len(k)]]))
  list(pred = pred, fit = structure(list(), class = "SL.neighbours"))
}
SL.forest <- function(...) SL.ranger(..., num.trees = 100)
SL.boosting <- function(Y, X, newX, family, ...) {
  how <- if (family$family == "binomial") "bernoulli" else "gaussian"
  fit <- gbm(Y ~ ., data = cbind(Y = Y, X), distribution = how, n.trees = 100, interaction.depth = 6, shrinkage = 0.1,
             n.minobsinnode = 10, bag.fraction = 1, n.cores = 1)
  pred <- predict(fit, newX, n.trees = 100, type = "response")
  list(pred = pred, fit = structure(list(), class = "SL.boosting"))
}
library <- c("SL.mean", "SL.neighbours", "SL.forest", "SL.boosting", "SL.glmnet", "SL.glm", if (!binary) "SL.ridge")

predictions <- numeric(length(y))
seconds <- system.time(for (number in seq_along(job$folds)) {
  fold <- job$folds[[number]]
  training <- unlist(fold$training) + 1; validation <- unlist(fold$validation) + 1
  inner <- lapply(fold$inner, function(rows) unlist(rows) + 1)
  set.seed(number)
  learnt <- suppressWarnings(SuperLearner(
    Y = y[training], X = x[training, ], newX = x[validation, ], SL.library = library,
    family = if (binary) binomial() else gaussian(), cvControl = list(V = length(inner), validRows = inner)))
  predictions[validation] <- learnt$SL.predict
})
cat(toJSON(list(predictions = predictions, seconds = sum(seconds[c("user.self", "sys.self", "user.child", "sys.child")], na.rm = TRUE),
                version = as.character(packageVersion("SuperLearner"))), digits = NA, auto_unbox = TRUE), "\n")
