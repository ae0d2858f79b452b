/** Method ids of the contract that this version does not have: cards may set their parameters, runs refuse them in one sentence. */
export const PLANNED_METHODS: readonly string[] = [];
