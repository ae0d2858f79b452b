// Processes by their ids: who descends from whom, who is alive, and an end for exactly those.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { createServer } from 'node:net';

export const sleep = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds));

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly state: string;
  readonly command: string;
}

/** Every process of this machine: from /proc, as a small Linux need not have `ps`; by `ps` where there is no /proc. */
function processes(): Process[] {
  return fs.existsSync('/proc/self/stat') ? fromProc() : fromPs();
}

function fromProc(): Process[] {
  const pids = fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((name) => {
    try {
      // "pid (name) state ppid …", where name may hold anything
      const stat = fs.readFileSync(`/proc/${name}/stat`, 'utf8');
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const command = fs.readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0').join(' ');
      return [{ pid: Number(name), parent: Number(parent), state: state!, command }];
    } catch {
      return []; // it ended meanwhile
    }
  });
}

function fromPs(): Process[] {
  const text = execFileSync('ps', ['-A', '-ww', '-o', 'pid=,ppid=,state=,args='], {
    encoding: 'utf8',
    maxBuffer: 1 << 24,
  });
  return text.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line);
    return match ? [{ pid: Number(match[1]), parent: Number(match[2]), state: match[3]!, command: match[4]! }] : [];
  });
}

/** A process and all that descend from it, the process itself first. */
export function descendants(pid: number): Process[] {
  const all = processes();
  const found = all.filter((one) => one.pid === pid);
  for (const one of found) found.push(...all.filter((other) => other.parent === one.pid));
  return found;
}

const alive = (pids: readonly number[]): number[] => {
  const running = new Set(processes().flatMap((one) => (one.state.startsWith('Z') ? [] : [one.pid])));
  return pids.filter((pid) => running.has(pid));
};

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // it is gone
  }
}

/** Ends a process, its descendants and its process group: politely, and after three seconds not. */
export async function endTree(pid: number): Promise<void> {
  const pids = descendants(pid).map((one) => one.pid);
  for (const one of pids) signal(one, 'SIGTERM');
  const start = Date.now();
  while (alive(pids).length > 0 && Date.now() - start < 3000) await sleep(50);
  // Children that a dying server started again after the list was made share its process group.
  for (const one of [...alive(pids), -pid]) signal(one, 'SIGKILL');
}

/** A port of 127.0.0.1 that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done, failed) => server.once('error', failed).listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
