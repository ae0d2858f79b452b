import path from 'node:path';
import type { Device } from '../../contracts/device.ts';
import type { Machine } from './machine.ts';
import { NVIDIA, noVulkan, vulkanDrivers } from './vulkan.ts';

/** A device that a machine may have. */
export interface Candidate {
  readonly device: Exclude<Device, 'auto' | 'cpu'>;
  readonly title: string;
  /** Platforms for which ONNX Runtime is built with it: `platform-arch`. */
  readonly platforms: readonly string[];
  /**
   * Why the machine cannot have it, judged by a few names in the file system; null: it may have it.
   * @param runtime the folder of ONNX Runtime's library
   */
  absent(machine: Machine, runtime: string): string | null;
  /** Identifies the driver: another text after an update. */
  driver(machine: Machine): string;
  /** Options of the session, in addition to those of every device. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** ONNX Runtime looks for them in its own folder. */
const CUDA_LIBRARIES = ['libonnxruntime_providers_shared.so', 'libonnxruntime_providers_cuda.so'];

/** In the order in which `auto` tries them; the CPU comes last. */
export const CANDIDATES: readonly Candidate[] = [
  {
    device: 'cuda',
    title: 'CUDA',
    platforms: ['linux-x64'],
    absent: (machine, runtime) => {
      if (machine.text(NVIDIA) === null) return 'there is no NVIDIA driver';
      const missing = CUDA_LIBRARIES.filter((name) => machine.stamp(path.join(runtime, name)) === null);
      return missing.length === 0
        ? null
        : `ONNX Runtime's libraries for CUDA are not installed (${missing.join(', ')}); in VS Code, Install Runtime… installs them`;
    },
    driver: (machine) => machine.text(NVIDIA) ?? '',
  },
  {
    device: 'dml',
    title: 'DirectML',
    platforms: ['win32-x64', 'win32-arm64'],
    absent: () => null,
    driver: ({ release }) => release,
  },
  {
    device: 'coreml',
    title: 'CoreML',
    platforms: ['darwin-arm64'],
    absent: () => null,
    driver: ({ release }) => release,
  },
  {
    device: 'webgpu',
    title: 'WebGPU',
    platforms: ['linux-x64', 'darwin-arm64', 'win32-x64', 'win32-arm64'],
    absent: (machine) => (machine.platform === 'linux' ? noVulkan(machine) : null),
    driver: (machine) => (machine.platform === 'linux' ? vulkanDrivers(machine) : machine.release),
  },
];

/** The candidates of a platform, in their order. */
export const candidatesOf = ({ platform, arch }: Pick<Machine, 'platform' | 'arch'>): readonly Candidate[] =>
  CANDIDATES.filter(({ platforms }) => platforms.includes(`${platform}-${arch}`));
