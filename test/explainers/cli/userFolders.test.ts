import path from 'node:path';
import { expect, test } from 'vitest';
import { userFolders } from '../../../src/explainers/cli/userFolders.ts';

test('the user’s cache, where each system has it', () => {
  expect(userFolders({ XDG_CACHE_HOME: '/cache' }, 'linux')).toEqual({
    deviceChecks: path.join('/cache', 'saliency-lens', 'devices'),
    runtimes: path.join('/cache', 'saliency-lens', 'runtimes'),
  });
  expect(userFolders({ LOCALAPPDATA: 'L', SALIENCY_LENS_RUNTIMES: '/own' }, 'win32')).toEqual({
    deviceChecks: path.join('L', 'saliency-lens', 'devices'),
    runtimes: '/own',
  });
  expect(userFolders({}, 'darwin').deviceChecks).toContain(path.join('Library', 'Caches', 'saliency-lens'));
});
