import type { AnyParameters } from './parameters.ts';

/**
 * Parameters of several methods under one name: the settings of a library or a study, where they differ from our
 * defaults.
 */
export interface Preset {
  readonly id: string;
  readonly title: string;
  /** For people: the source of the numbers, and every quirk that comes with them. */
  readonly about: string;
  /** Method id → parameters, which override the method's defaults. Methods that are not named keep theirs. */
  readonly methods: Readonly<Record<string, AnyParameters>>;
}
