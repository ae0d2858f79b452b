// Child processes: their output goes to a log file, the console gets one line per step.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');
const windows = process.platform === 'win32';

/** Seconds since a time, for people. */
export const since = (start) => {
  const seconds = (Date.now() - start) / 1000;
  return seconds < 10 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds)} s`;
};

/**
 * Runs a program to its end.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, log?: string, onLine?: (line: string) => void, show?: boolean,
 *   nice?: number }} options
 *   log: a file (under out/logs) that everything it says is appended to; show: its output is the user's to see;
 *   nice: how far it gives way to other programs, 0 … 19.
 * @returns {Promise<{ code: number, output: string }>} output: its last 200 kB
 */
export async function run(command, args, { cwd = root, env = {}, log, onLine, show = false, nice } = {}) {
  let file;
  if (log) {
    fs.mkdirSync(path.join(root, 'out/logs'), { recursive: true });
    file = fs.openSync(path.join(root, 'out/logs', log), 'a');
    fs.writeSync(file, `\n$ ${command} ${args.join(' ')}\n`);
  }
  let output = '';
  let rest = '';
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: show ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    shell: windows && /\.cmd$/.test(command),
  });
  if (nice && child.pid) os.setPriority(child.pid, nice);
  const stop = () => child.kill('SIGTERM');
  process.on('exit', stop);
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => {
      output = (output + text).slice(-200_000);
      if (file) fs.writeSync(file, text);
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      if (onLine) for (const line of lines) onLine(line);
    });
  }
  const code = await new Promise((resolve) => {
    child.once('error', (error) => {
      output += `${error.message}\n`;
      resolve(127);
    });
    child.once('close', (status) => resolve(status ?? 1));
  });
  process.off('exit', stop);
  if (rest && onLine) onLine(rest);
  if (file) fs.closeSync(file);
  return { code, output };
}

/** As {@link run}, but what fails is thrown, with the end of what it said. */
export async function must(command, args, options = {}) {
  const { code, output } = await run(command, args, options);
  if (code === 0) return output;
  const tail = output.trim().split('\n').slice(-25).join('\n');
  const where = options.log ? `\nThe whole output: out/logs/${options.log}` : '';
  throw new Error(
    `${path.basename(command)} ${args.slice(0, 3).join(' ')} failed (exit code ${code}).\n${tail}${where}`,
  );
}

/**
 * npm of the Node that runs us. Install scripts are never run: nothing we use needs them, and some want to download.
 */
export function npm(args, options = {}) {
  const env = {
    ONNXRUNTIME_NODE_INSTALL: 'skip',
    npm_config_loglevel: 'error',
    npm_config_update_notifier: 'false',
    ...options.env,
  };
  const cli = process.env.npm_execpath;
  return cli && /npm-cli\.c?js$/.test(cli)
    ? must(process.execPath, [cli, ...args], { ...options, env })
    : must(windows ? 'npm.cmd' : 'npm', args, { ...options, env });
}

/** A program of node_modules, by its file there. */
export const packageProgram = (file) => path.join(root, 'node_modules', file);

/**
 * Says what is being done, then how long it took; a sign of life every 30 s in between.
 * @param {{ lines?: boolean }} options lines: whole lines only, because something else writes at the same time
 */
export async function step(title, work, { lines = !process.stdout.isTTY } = {}) {
  const start = Date.now();
  const end = (how) => process.stdout.write(lines ? `  ${title}: ${how}\n` : ` ${how}\n`);
  process.stdout.write(lines ? `${title} …\n` : `${title} …`);
  const alive = setInterval(() => process.stdout.write(lines ? `  … ${since(start)}\n` : '.'), 30_000);
  try {
    const result = await work();
    end(`done in ${since(start)}`);
    return result;
  } catch (error) {
    end(`failed after ${since(start)}`);
    throw error;
  } finally {
    clearInterval(alive);
  }
}
