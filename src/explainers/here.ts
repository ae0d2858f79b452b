import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** The file that runs this: the bundle, or this module. A CommonJS bundle has no import.meta.url, a module no __filename. */
export const here = import.meta.url === undefined ? __filename : fileURLToPath(import.meta.url);

/** Path of the file that stands for a package or a part of it, as `require` finds it from here; throws where it is not installed. */
export const resolvePackage = createRequire(here).resolve;
