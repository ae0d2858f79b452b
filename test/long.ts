/** `npm test -- --long`: every theme, precision and kill, where `npm test` takes a part of them. */
export const LONG = process.env['SALIENCY_LENS_LONG'] === '1';
