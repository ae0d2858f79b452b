import os from 'node:os';
import path from 'node:path';
import type { SessionOptions } from '../session/options.ts';

/**
 * Where the command line stores results that it need not find out again, and looks for runtimes installed in addition
 * to ours.
 */
export function userFolders(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): Pick<SessionOptions, 'deviceChecks' | 'runtimes'> {
  const cache = path.join(cacheFolder(env, platform), 'saliency-lens');
  return {
    deviceChecks: path.join(cache, 'devices'),
    runtimes: env['SALIENCY_LENS_RUNTIMES'] ?? path.join(cache, 'runtimes'),
  };
}

function cacheFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  if (platform === 'win32') return env['LOCALAPPDATA'] ?? path.join(os.homedir(), 'AppData', 'Local');
  if (platform === 'darwin') return path.join(os.homedir(), 'Library', 'Caches');
  return env['XDG_CACHE_HOME'] || path.join(os.homedir(), '.cache');
}
