import type { ModelCard } from '../../contracts/card.ts';
import type { Terminal } from '../verb.ts';

/** What the card leaves open and was guessed: labels, task, activation, preprocessing. One line each. */
export function sayGuesses(card: ModelCard, terminal: Terminal): void {
  for (const guess of card.guesses) terminal.stderr(`Guessed ${guess}.\n`);
}
