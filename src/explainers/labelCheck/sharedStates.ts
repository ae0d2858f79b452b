import type { ClassState } from '../contracts/labels/annotations.ts';
import type { CheckedImage } from './checkedImage.ts';

/**
 * The states of the classes, once for all images that have the same: with 1,000 classes, each of 10,000 images would
 * otherwise have a table of its own.
 */
export class SharedStates {
  readonly #states = new Map<string, CheckedImage['states']>();
  readonly #classes = new Map<string, ReadonlySet<number>>();

  states(states: Readonly<Record<number, ClassState>>): CheckedImage['states'] {
    const key = JSON.stringify(states);
    const known =
      this.#states.get(key) ?? new Map(Object.entries(states).map(([index, state]) => [Number(index), state] as const));
    this.#states.set(key, known);
    return known;
  }

  classes(classes: readonly number[]): ReadonlySet<number> {
    const key = classes.join(' ');
    const known = this.#classes.get(key) ?? new Set(classes);
    this.#classes.set(key, known);
    return known;
  }
}
