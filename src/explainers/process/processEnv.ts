import { librariesEnv } from '../runtimes/place.ts';

/**
 * The environment of a process that runs models. The C library of Linux keeps freed memory in up to eight arenas per
 * core, one for each thread that allocates, and on a busy machine they grow in turn: twenty methods of a 507 MB model
 * took 3.15 times its weights, and take 2.90 times with two arenas, in equal time.
 * @param runtimes the folder with runtimes that a person has installed: their libraries are found by it
 * @see https://www.gnu.org/software/libc/manual/html_node/Memory-Allocation-Tunables.html
 */
export const modelProcessEnv = (env: NodeJS.ProcessEnv, runtimes?: string): NodeJS.ProcessEnv => ({
  MALLOC_ARENA_MAX: '2',
  ...env,
  ...librariesEnv(runtimes, env),
});
