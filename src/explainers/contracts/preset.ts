import type { AnyParameters } from './parameters.ts';

/** Parameters of several methods under one name: what a library or a study does, where it differs from our defaults. */
export interface Preset {
  readonly id: string;
  readonly title: string;
  /** For people: where the numbers come from, and every quirk that comes with them. */
  readonly about: string;
  /** Method id → parameters, over the method's defaults. Methods that are not named keep theirs. */
  readonly methods: Readonly<Record<string, AnyParameters>>;
}
