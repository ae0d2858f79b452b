import type { ModelCard } from '../../contracts/card.ts';
import type { Terminal } from '../verb.ts';

/** The guesses about everything that the card leaves open: labels, task, activation, preprocessing. One line each. */
export function sayGuesses(card: ModelCard, terminal: Terminal): void {
  for (const guess of card.guesses) terminal.stderr(`Guessed ${guess}.\n`);
}
