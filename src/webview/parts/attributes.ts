/** A boolean as an attribute that is there or not: `data-solo={flag(solo)}`. Preact would write "true" and "false". */
export const flag = (on: boolean): '' | undefined => (on ? '' : undefined);

/** Custom properties, set through the object model: the content security policy allows no style attributes. */
export const custom = (properties: Readonly<Record<`--${string}`, string | number>>) =>
  Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, String(value)]));
