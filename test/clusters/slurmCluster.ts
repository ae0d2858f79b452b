import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Not Slurm's own ports, so that a Slurm of this machine is not disturbed. */
const [CONTROL, NODE] = [26817, 26818];

/** A Slurm of one node with two processors, whose daemons run as long as the tests. Needs root. */
export class SlurmCluster {
  readonly #folder: string;
  readonly #daemons: ChildProcess[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  get env(): NodeJS.ProcessEnv {
    return { ...process.env, SLURM_CONF: path.join(this.#folder, 'slurm.conf') };
  }

  async start(): Promise<void> {
    const at = (name: string) => path.join(this.#folder, name);
    for (const name of ['state', 'spool']) mkdirSync(at(name), { recursive: true });
    writeFileSync(at('munge.key'), randomBytes(1024), { mode: 0o600 });
    writeFileSync(at('slurm.conf'), this.#configuration(at));
    const munge = { socket: 'munge.socket', 'key-file': 'munge.key', 'pid-file': 'munge.pid', 'seed-file': 'munge.seed' }; // biome-ignore format: one line
    this.#run('munged', '--force', '--foreground', ...Object.entries(munge).map(([flag, name]) => `--${flag}=${at(name)}`)); // biome-ignore format: one line
    await this.#until('munge', ['--no-input', `--socket=${at('munge.socket')}`]);
    this.#run('slurmctld', '-D');
    this.#run('slurmd', '-D');
    await this.#until('sh', ['-c', 'sinfo --noheader --format=%t | grep -qx idle']);
  }

  stop(): void {
    for (const daemon of this.#daemons.reverse()) daemon.kill('SIGTERM');
  }

  #run(daemon: string, ...args: readonly string[]): void {
    this.#daemons.push(spawn(daemon, args, { env: this.env, stdio: 'ignore' }));
  }

  async #until(command: string, args: readonly string[]): Promise<void> {
    for (let attempt = 0; ; attempt++)
      try {
        execFileSync(command, args, { env: this.env, stdio: 'pipe', timeout: 5000 });
        return;
      } catch (thrown) {
        if (attempt === 100) throw thrown;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
  }

  #configuration(at: (name: string) => string): string {
    const host = os.hostname().split('.')[0];
    const settings = {
      ClusterName: 'test',
      SlurmctldHost: `${host}(127.0.0.1)`,
      SlurmUser: 'root',
      SlurmdUser: 'root',
      AuthType: 'auth/munge',
      AuthInfo: `socket=${at('munge.socket')}`,
      SlurmctldPort: CONTROL,
      SlurmdPort: NODE,
      StateSaveLocation: at('state'),
      SlurmdSpoolDir: at('spool'),
      SlurmctldPidFile: at('slurmctld.pid'),
      SlurmdPidFile: at('slurmd.pid'),
      SlurmctldLogFile: at('slurmctld.log'),
      SlurmdLogFile: at('slurmd.log'),
      ProctrackType: 'proctrack/linuxproc',
      TaskPlugin: 'task/none',
      SelectType: 'select/cons_tres',
      SelectTypeParameters: 'CR_CPU',
      MpiDefault: 'none',
      ReturnToService: 2,
    };
    return [
      ...Object.entries(settings).map(([name, value]) => `${name}=${value}`),
      `NodeName=${host} NodeAddr=127.0.0.1 CPUs=2 RealMemory=3000 State=UNKNOWN`,
      'PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP',
      '',
    ].join('\n');
  }
}
