import type { Device } from '../../contracts/device.ts';
import { candidatesOf } from '../../engines/devices/candidates.ts';
import { thisMachine } from '../../engines/devices/machine.ts';
import { SharedDevice } from '../../engines/devices/sharedDevice.ts';
import type { Engine } from '../../engines/engine.ts';
import { openEngine } from '../../engines/openEngine.ts';
import { resolvePackage } from '../../here.ts';
import { cudaRuntime, ortFile } from '../../runtimes/place.ts';
import type { SessionOptions } from '../options.ts';
import { nativeFolder, type Offer } from './devices.ts';
import { Verdicts } from './verdicts.ts';

/** For this process, whose sessions share the devices. */
const sharedDevices = new Map<Device, SharedDevice>();

function sharedDevice(device: Device): SharedDevice {
  const shared = sharedDevices.get(device) ?? new SharedDevice();
  sharedDevices.set(device, shared);
  return shared;
}

/** The devices of this machine. */
export function offerHere(cpu: Engine, options: SessionOptions): Offer {
  const runtime = cudaRuntime(options.runtimes);
  return {
    machine: thisMachine,
    candidates: candidatesOf(thisMachine),
    cpu,
    folderOf: () => nativeFolder(runtime === undefined ? resolvePackage('onnxruntime-node') : ortFile(runtime)),
    open: ({ device }) => openEngine({ device, threads: options.threads, runtime }),
    shared: sharedDevice,
    verdicts: new Verdicts(options.deviceChecks),
    again: options.recheckDevice ?? false,
  };
}
