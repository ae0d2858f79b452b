// Shapes of plain data, with limits: a check returns the value, or `undefined` if it has another shape.

/** The value does not have the required shape. */
export const nothing = undefined;

/** Returns the value, or {@link nothing}. */
export type Check = (given: unknown) => unknown;

export function text(most: number): Check {
  return (given) => (typeof given === 'string' && given.length <= most ? given : nothing);
}

/** One of our ids: of a method, a metric. */
export const name: Check = (given) => (typeof given === 'string' && /^\w{1,64}$/.test(given) ? given : nothing);

export function number(least = -Number.MAX_VALUE, most = Number.MAX_VALUE): Check {
  return (given) => (typeof given === 'number' && given >= least && given <= most ? given : nothing);
}

export function integer(least: number, most: number): Check {
  const check = number(least, most);
  return (given) => (Number.isInteger(given) ? check(given) : nothing);
}

export const boolean: Check = (given) => (typeof given === 'boolean' ? given : nothing);

export function choice(...values: readonly string[]): Check {
  return (given) => (values.some((value) => value === given) ? given : nothing);
}

export function either(...checks: readonly Check[]): Check {
  return (given) => (checks.some((check) => check(given) !== nothing) ? given : nothing);
}

/** @param most the largest number of bytes */
export function bytes(most: number): Check {
  return (given) => (given instanceof Uint8Array && given.length <= most ? given : nothing);
}

/** May be omitted. */
export function optional(check: Check): Check {
  return Object.assign((given: unknown) => check(given), { optional: true });
}

export function array(check: Check, most: number, least = 0): Check {
  return (given) =>
    Array.isArray(given) &&
    given.length >= least &&
    given.length <= most &&
    // `every` skips holes, which are not values.
    Array.from(given).every((each) => check(each) !== nothing)
      ? given
      : nothing;
}

/** An object that the page created, with any keys. */
export function dictionary(check: Check, most: number): Check {
  return (given) => {
    if (!isPlain(given)) return nothing;
    const values = Object.values(given);
    return values.length <= most && values.every((each) => check(each) !== nothing) ? given : nothing;
  };
}

/** Checks every field; other fields are refused, unless it is `with more`. */
export function object(fields: Readonly<Record<string, Check>>, more?: 'with more'): Check {
  return (given) => {
    if (!isPlain(given)) return nothing;
    const own = new Map(Object.entries(given));
    if (!more && [...own.keys()].some((key) => !Object.hasOwn(fields, key))) return nothing;
    const right = Object.entries(fields).every(([key, check]) =>
      own.get(key) === undefined ? 'optional' in check : check(own.get(key)) !== nothing,
    );
    return right ? given : nothing;
  };
}

function isPlain(given: unknown): given is Record<string, unknown> {
  return typeof given === 'object' && given !== null && !Array.isArray(given) && !ArrayBuffer.isView(given);
}
