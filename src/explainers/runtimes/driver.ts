import { readFile } from 'node:fs/promises';
import type { Runtime } from './manifest.ts';

/** What NVIDIA's kernel module says of itself, where it is loaded. */
const FILE = '/proc/driver/nvidia/version';

/** Why a runtime would not work with the driver of this machine: a sentence; null: it may, or it needs none. */
export async function driverProblem({ driver }: Runtime, said = versionHere): Promise<string | null> {
  if (driver === undefined) return null;
  const text = await said();
  if (text === null) return 'This machine has no NVIDIA driver, so it would not be used here.';
  const found = Number(/Kernel Module\D*(\d+)\./.exec(text)?.[1]);
  return Number.isFinite(found) && found < driver
    ? `The NVIDIA driver of this machine is version ${found}; ${driver} or newer is needed, so it would not be used yet.`
    : null;
}

const versionHere = (): Promise<string | null> => readFile(FILE, 'utf8').catch(() => null);
