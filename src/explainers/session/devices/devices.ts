import path from 'node:path';
import type { Device, PassedOver } from '../../contracts/device.ts';
import type { Candidate } from '../../engines/devices/candidates.ts';
import { guardedEngine } from '../../engines/devices/guardedEngine.ts';
import type { Machine } from '../../engines/devices/machine.ts';
import type { SharedDevice } from '../../engines/devices/sharedDevice.ts';
import type { Engine } from '../../engines/engine.ts';
import { ExplainError } from '../../errors.ts';
import { withoutStop } from '../../errorText.ts';
import type { ExplainableModel } from '../../method/method.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { fedEngine } from '../models/fedEngine.ts';
import { type Check, reasonOf } from './check.ts';
import { type SelfCheckOptions, selfCheck } from './selfCheck.ts';
import type { Verdicts } from './verdicts.ts';

/** The devices of a machine, and what is needed to try them. */
export interface Offer {
  readonly machine: Machine;
  /** In the order in which they are tried. */
  readonly candidates: readonly Candidate[];
  readonly cpu: Engine;
  /** The folder of the runtime's library for a device. */
  folderOf(device: Device): string;
  /** Opens the device; every graph that it cannot take completely is refused. */
  open(candidate: Candidate): Promise<Engine>;
  shared(device: Device): SharedDevice;
  readonly verdicts: Verdicts;
  /** Ignore remembered verdicts and check again. */
  readonly again?: boolean;
  readonly check?: SelfCheckOptions;
}

export interface DeviceRequest {
  readonly model: ExplainableModel;
  /** Values of its further inputs for a test; absent: it has none. */
  readonly standIns?: ReadonlyMap<string, Tensor>;
  readonly wanted: Device;
  /** SHA-256 of the model file; computed only if there is a device. */
  sha256(): Promise<string>;
  /** Called with a message for steps that take long. */
  say?(message: string): void;
}

/** Chooses the device of each model: the first that earns it. */
export class Devices {
  readonly #offer: Offer;
  readonly #engines = new Map<Device, Promise<Engine>>();
  readonly #asked = new Set<string>();

  constructor(offer: Offer) {
    this.#offer = offer;
  }

  /**
   * The engine for a model: the chosen device, or the first one that has the CPU's numbers and is faster; else the CPU.
   * A chosen device may be slow, but not wrong. Throws `engine` if it cannot be used.
   */
  async engineFor(request: DeviceRequest): Promise<Engine> {
    const { cpu, candidates } = this.#offer;
    const { wanted } = request;
    if (wanted === 'cpu') return cpu;
    if (wanted !== 'auto') return this.#chosen(request, wanted);
    const passedOver: PassedOver[] = [];
    for (const candidate of candidates) {
      const { device } = candidate;
      const absent = candidate.absent(this.#offer.machine, this.#offer.folderOf(device));
      if (absent !== null) {
        passedOver.push({ device, reason: absent });
        continue;
      }
      const check = await this.#checked(candidate, request).catch(broken);
      if (check.outcome === 'good') return this.#guarded(candidate, check, passedOver);
      passedOver.push({ device, reason: reasonOf(check) });
    }
    return withInfo(cpu, { ...cpu.info, passedOver });
  }

  async #chosen(request: DeviceRequest, device: Device): Promise<Engine> {
    const { candidates, cpu } = this.#offer;
    const candidate = candidates.find((each) => each.device === device);
    if (!candidate) throw notHere(device, candidates);
    const check = await this.#checked(candidate, request);
    if (check.outcome === 'broken') throw unusable(device, check.reason);
    if (check.outcome !== 'wrong' && check.outcome !== 'lacks') return this.#guarded(candidate, check, []);
    const reason = reasonOf(check);
    const notice = `The CPU computes instead of '${device}': ${reason}.`;
    return withInfo(cpu, { ...cpu.info, passedOver: [{ device, reason }], notice });
  }

  async #guarded(candidate: Candidate, check: Check, passedOver: readonly PassedOver[]): Promise<Engine> {
    const { cpu, shared } = this.#offer;
    const engine = await this.#engine(candidate);
    const reason = reasonOf(check);
    const compared = `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`;
    const info = { ...engine.info, compared, ...(passedOver.length > 0 && { passedOver }) };
    return guardedEngine(engine, cpu, { info, shared: shared(candidate.device) });
  }

  /** The known verdict on the device, or the result of comparing it. */
  async #checked(candidate: Candidate, request: DeviceRequest): Promise<Check> {
    const { machine, verdicts, cpu, again } = this.#offer;
    const { device } = candidate;
    const shared = this.#offer.shared(device);
    if (shared.lost !== undefined) return { outcome: 'broken', reason: shared.lost };
    const engine = await this.#engine(candidate);
    const question = {
      device,
      driver: candidate.driver(machine),
      runtime: engine.info.version,
      model: await request.sha256(),
    };
    const asked = JSON.stringify(question);
    const known = again && !this.#asked.has(asked) ? null : await verdicts.find(question);
    if (known) return known;
    this.#asked.add(asked);
    request.say?.(`Comparing ${candidate.title} with the CPU, once for this model`);
    await verdicts.begin(question);
    const fed = (one: Engine) => fedEngine(one, request.standIns);
    const there = fed(oneAtATime(engine, shared));
    const check = await selfCheck(request.model, fed(cpu), there, this.#offer.check).catch(broken);
    await verdicts.keep(question, check);
    return check;
  }

  #engine(candidate: Candidate): Promise<Engine> {
    const known = this.#engines.get(candidate.device) ?? this.#offer.open(candidate);
    this.#engines.set(candidate.device, known);
    return known;
  }

  async dispose(): Promise<void> {
    for (const engine of this.#engines.values()) await engine.then((each) => each.dispose()).catch(() => {});
  }
}

/** A device without a fallback: errors are thrown. */
function oneAtATime(engine: Engine, shared: SharedDevice): Engine {
  return {
    ...engine,
    compile: async (graph, options) => {
      const executable = await engine.compile(graph, options);
      return { ...executable, run: (feeds, run) => shared.run(() => executable.run(feeds, run)) };
    },
  };
}

const withInfo = (engine: Engine, info: Engine['info']): Engine => ({ ...engine, info });

const broken = (thrown: unknown): Check => ({
  outcome: 'broken',
  reason: withoutStop(thrown instanceof Error ? thrown.message : String(thrown)),
});

function unusable(device: Device, reason: string): ExplainError {
  return new ExplainError({
    kind: 'engine',
    message: reason.startsWith('The device') ? `${reason}.` : `The device '${device}' cannot be used here: ${reason}.`,
    subject: `device ${device}`,
    next: 'Check its driver, or use the CPU (--device cpu; in VS Code the setting saliencyLens.device).',
  });
}

function notHere(device: Device, candidates: readonly Candidate[]): ExplainError {
  return new ExplainError({
    kind: 'engine',
    message: `ONNX Runtime has no device '${device}' on this platform (${process.platform} ${process.arch}).`,
    subject: `device ${device}`,
    next: `Choose one of: ${['auto', 'cpu', ...candidates.map((each) => each.device)].join(', ')}.`,
  });
}

/** The folder of a runtime's native library, for libraries that it loads from the same folder. */
export const nativeFolder = (packageFile: string): string =>
  path.resolve(path.dirname(packageFile), '../bin/napi-v6', process.platform, process.arch);
