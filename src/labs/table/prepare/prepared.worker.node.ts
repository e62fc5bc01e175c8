/** What processes that fit a table's learners load. */
export { prepared } from "./preparedLearner.js";
