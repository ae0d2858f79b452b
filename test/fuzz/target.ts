import type { RandomSource } from '../../src/explainers/numerics/random.ts';
import type { Session } from '../../src/explainers/session.ts';

/** A sound input to damage: its files by name, the first of them the one that is damaged most. */
export type Files = ReadonlyMap<string, Uint8Array>;

/** What a case may ask of the product: each request fails on its own, and every error is judged. */
export interface Requests {
  readonly session: Session;
  /** The absolute path of a file of the case, or of one of the sound companions. */
  path(name: string): string;
  /** Runs a request and judges what it throws; undefined where it threw. */
  ask<T>(what: string, request: () => Promise<T>): Promise<T | undefined>;
}

/** One kind of input: where it starts from, how it is damaged, and what is then asked. */
export interface Target {
  readonly id: string;
  readonly seeds: () => readonly Files[];
  /** Seconds of the processor that a case may take, its threads included; default 5. */
  readonly slow?: number;
  readonly damage: (files: Files, random: RandomSource) => Files;
  /** `number`: the case's, to ask the expensive requests only now and then. */
  readonly exercise: (requests: Requests, files: Files, number: number) => Promise<void>;
}
