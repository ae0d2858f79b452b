import path from 'node:path';
import type { Machine } from './machine.ts';

/** Where the Vulkan loader looks for the manifests of drivers, in addition to those in the environment. */
const MANIFESTS = [
  '/usr/share/vulkan/icd.d',
  '/usr/local/share/vulkan/icd.d',
  '/etc/vulkan/icd.d',
  '/usr/local/etc/vulkan/icd.d',
];
const LIBRARIES = [
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib64',
  '/lib64',
  '/usr/lib',
  '/usr/local/lib',
  '/usr/lib/wsl/lib',
];
/** Drivers that compute on the processor. */
const SOFTWARE = /swiftshader|lvp|llvmpipe/i;
/** How a graphics card appears in Linux: a render node, NVIDIA's own device, or that of WSL. */
const CARDS = ['/dev/nvidia0', '/dev/dxg'];

/** Manifests of the installed Vulkan drivers. */
function manifests({ env, list }: Machine): readonly string[] {
  const named = env['VK_DRIVER_FILES'] ?? env['VK_ICD_FILENAMES'];
  if (named) return named.split(':').filter((file) => file !== '');
  return MANIFESTS.flatMap((folder) => list(folder).map((name) => path.posix.join(folder, name)));
}

/** Why WebGPU cannot use a graphics card on this Linux; null: it may. */
export function noVulkan(machine: Machine): string | null {
  if (!library(machine)) return 'the Vulkan loader (libvulkan.so.1) is not installed';
  const drivers = manifests(machine);
  if (drivers.length === 0) return 'no Vulkan driver is installed';
  if (drivers.every((file) => SOFTWARE.test(file))) return 'the only Vulkan driver computes on the processor';
  const nodes = machine.list('/dev/dri').filter((name) => name.startsWith('renderD'));
  if (nodes.length === 0 && !CARDS.some((file) => machine.stamp(file) !== null)) return 'there is no graphics card';
  return null;
}

function library(machine: Machine): boolean {
  const own = (machine.env['LD_LIBRARY_PATH'] ?? '').split(':').filter((folder) => folder !== '');
  return [...own, ...LIBRARIES].some((folder) => machine.stamp(path.posix.join(folder, 'libvulkan.so.1')) !== null);
}

/** Identifies these drivers: another text after an update. */
export function vulkanDrivers(machine: Machine): string {
  const stamps = manifests(machine).map((file) => {
    const said = /"library_path"\s*:\s*"([^"]+)"/.exec(machine.text(file) ?? '')?.[1] ?? '';
    const places = said.includes('/')
      ? [path.posix.resolve(path.posix.dirname(file), said)]
      : LIBRARIES.map((folder) => path.posix.join(folder, said));
    return `${file} ${machine.stamp(file)} ${places.map((place) => machine.stamp(place)).find(Boolean) ?? ''}`;
  });
  return [...stamps, machine.text(NVIDIA) ?? ''].join('\n');
}

/** The version of NVIDIA's kernel module, if it is loaded. */
export const NVIDIA = '/proc/driver/nvidia/version';
