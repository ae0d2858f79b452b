import { describe, expect, test } from 'vitest';
import { CANDIDATES, candidatesOf } from '../../../../src/explainers/engines/devices/candidates.ts';
import type { Machine } from '../../../../src/explainers/engines/devices/machine.ts';
import { thisMachine } from '../../../../src/explainers/engines/devices/machine.ts';
import { machineWith } from '../../session/devices/standIns.ts';

const of = (device: string) => CANDIDATES.find((each) => each.device === device)!;
const absent = (device: string, machine: Machine) => of(device).absent(machine, '/runtime');

const VULKAN = '/usr/lib/x86_64-linux-gnu/libvulkan.so.1';
const NVIDIA = '/proc/driver/nvidia/version';
const icd = (name: string) => `/usr/share/vulkan/icd.d/${name}_icd.x86_64.json`;

test('the order of each platform', () => {
  const names = (platform: string, arch: string) => candidatesOf({ platform, arch }).map(({ device }) => device);
  expect(names('linux', 'x64')).toEqual(['cuda', 'webgpu']);
  expect(names('linux', 'arm64')).toEqual([]);
  expect(names('win32', 'x64')).toEqual(['dml', 'webgpu']);
  expect(names('darwin', 'arm64')).toEqual(['coreml', 'webgpu']);
});

describe('CUDA on Linux', () => {
  test('no driver', () => {
    expect(absent('cuda', machineWith())).toBe('there is no NVIDIA driver');
  });

  test('no libraries of ONNX Runtime: the missing ones are named', () => {
    const some = machineWith({ [NVIDIA]: '550', '/runtime/libonnxruntime_providers_shared.so': '' });
    expect(absent('cuda', some)).toBe(
      "ONNX Runtime's libraries for CUDA are not installed (libonnxruntime_providers_cuda.so); in VS Code, Install Runtime… installs them",
    );
  });

  test('all there; another driver is another text', () => {
    const all = (version: string) =>
      machineWith({
        [NVIDIA]: version,
        '/runtime/libonnxruntime_providers_shared.so': '',
        '/runtime/libonnxruntime_providers_cuda.so': '',
      });
    expect(absent('cuda', all('550'))).toBeNull();
    expect(of('cuda').driver(all('550'))).not.toBe(of('cuda').driver(all('560')));
  });
});

describe('WebGPU on Linux', () => {
  const card = { '/dev/dri/renderD128': '' };
  const [driver, software] = [icd('radeon'), icd('lvp')];

  test.each([
    ['nothing', {}, 'the Vulkan loader (libvulkan.so.1) is not installed'],
    ['a loader', { [VULKAN]: '' }, 'no Vulkan driver is installed'],
    [
      'a renderer on the processor',
      { [VULKAN]: '', [software]: '{}', ...card },
      'the only Vulkan driver computes on the processor',
    ],
    ['a driver', { [VULKAN]: '', [driver]: '{}' }, 'there is no graphics card'],
    ['a driver and a card', { [VULKAN]: '', [driver]: '{}', [software]: '{}', ...card }, null],
    ['a driver and an NVIDIA card', { [VULKAN]: '', [driver]: '{}', '/dev/nvidia0': '' }, null],
  ] as const)('with %s', (_, files, reason) => {
    expect(absent('webgpu', machineWith(files))).toBe(reason);
  });

  test('the drivers that the environment names count alone', () => {
    const files = { '/own/libvulkan.so.1': '', [driver]: '{}', ...card };
    const env = { LD_LIBRARY_PATH: '/other:/own', VK_ICD_FILENAMES: '/own/vk_swiftshader_icd.json' };
    expect(absent('webgpu', machineWith(files, { env }))).toBe('the only Vulkan driver computes on the processor');
  });

  test('an update of the driver’s library is another driver', () => {
    const drivers = (library: string) =>
      of('webgpu').driver(
        machineWith({
          [driver]: '{"ICD": {"library_path": "libvulkan_radeon.so"}}',
          '/usr/lib/x86_64-linux-gnu/libvulkan_radeon.so': library,
        }),
      );
    expect(drivers('22.3')).not.toBe(drivers('24.1'));
    expect(drivers('22.3')).toBe(drivers('22.3'));
  });
});

test('looking at this machine takes no time', () => {
  const start = performance.now();
  for (const candidate of candidatesOf(thisMachine)) candidate.absent(thisMachine, '/runtime');
  // What `auto` costs where there is no graphics card; the figure is in the bench.
  expect(performance.now() - start).toBeLessThan(50);
});
