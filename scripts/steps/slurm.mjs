// Slurm with its daemons: Debian's packages, installed where this process may.
import fs from 'node:fs';
import { run } from './child.mjs';

const DAEMONS = ['munged', 'slurmctld', 'slurmd'];

/** Why Slurm cannot run here; null: it can. */
export async function slurmMissing() {
  if (process.platform !== 'linux') return 'Slurm runs on Linux only';
  if (process.getuid() !== 0) return 'the daemons of Slurm need root';
  if (hasAll()) return null;
  if (!fs.existsSync('/usr/bin/apt-get')) return 'Slurm is not installed, and there is no apt-get';
  console.log('Installing slurm-wlm and munge …');
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update'], { env, log: 'slurm.log' });
  const { output } = await run('apt-get', ['install', '-y', '--no-install-recommends', 'slurm-wlm', 'munge'], { env, log: 'slurm.log' }); // biome-ignore format: one line
  return hasAll() ? null : `Slurm could not be installed: ${output.trim().split('\n').at(-1)}`;
}

function hasAll() {
  return DAEMONS.every((name) => ['/usr/sbin', '/usr/bin'].some((folder) => fs.existsSync(`${folder}/${name}`)));
}
