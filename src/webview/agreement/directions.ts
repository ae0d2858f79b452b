/** Which values of a metric are better, as an arrow and in words. */
export const DIRECTIONS = {
  up: { arrow: '↑', words: 'higher is better' },
  down: { arrow: '↓', words: 'lower is better' },
  neither: { arrow: '', words: 'neither direction is better' },
} as const;
