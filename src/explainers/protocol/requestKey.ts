/** The same text for requests with the same fields, in whatever order these were written. */
export function requestKey(method: string, params: object): string {
  return `${method} ${JSON.stringify(Object.entries(params).sort())}`;
}
