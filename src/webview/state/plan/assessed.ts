/** What is measured when somebody asks for a map's faithfulness, in parts, so that quick results appear first. */
export const ASSESSED: readonly (readonly string[])[] = [
  ['deletion', 'insertion', 'regionEffect'],
  ['maxSensitivity', 'parameterRandomisation'],
];
