/** How many cases of each kind a whole round has: 200,000 in all. */
export const ROUND = {
  models: 45_000,
  kerasModels: 10_000,
  otherModels: 5_000,
  images: 45_000,
  annotations: 45_000,
  cards: 25_000,
  labels: 15_000,
  containers: 5_000,
  predictions: 5_000,
};
