import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * The file of the running code: the bundle, or this module. A CommonJS bundle has no import.meta.url, a module no
 * __filename.
 */
export const here = import.meta.url === undefined ? __filename : fileURLToPath(import.meta.url);

/**
 * Path of the main file of a package or of one of its parts, as `require` finds it from here; throws if it is not
 * installed.
 */
export const resolvePackage = createRequire(here).resolve;
