// The same mocha suite in two kinds of VS Code: the desktop one that @vscode/test-electron downloads, and code-server.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { bundleSuite } from './bundleSuite.ts';
import { CodeServer } from './codeServer.ts';
import { saveEvidence } from './launch.ts';
import { sleep } from './processes.ts';
import type { SuiteResults } from './suiteIndex.ts';
import { Workbench } from './workbench.ts';

export interface SuiteOptions {
  /** The extension under test: a folder. */
  readonly dev: string;
  /** Copied: tests write into it. */
  readonly workspace: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeout?: number;
}

export interface SuiteRun {
  readonly results: SuiteResults;
  /** Why the run as a whole is not to be trusted; undefined: it came to its end. */
  readonly problem?: string;
}

/**
 * The oldest VS Code that package.json's `engines` allows: what works there and in code-server, which is new, works
 * between.
 */
const OLDEST = '1.95.0';

/** A desktop VS Code is used where one can show itself; SALIENCY_LENS_VSCODE names another than the downloaded one. */
function desktopWanted(): boolean {
  if (process.env['SALIENCY_LENS_VSCODE']) return true;
  if (process.env['SALIENCY_LENS_NO_DESKTOP']) return false;
  return process.platform !== 'linux' || Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']);
}

function readResults(file: string): SuiteResults {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')) as SuiteResults;
  } catch {
    return { done: false, tests: [] };
  }
}

const unfinished = (results: SuiteResults, exit: string): string | undefined =>
  results.done && results.tests.length > 0 ? undefined : `The suite did not come to its end: ${exit}.`;

/** The desktop VS Code to use, downloaded if need be; undefined where it cannot be had. */
export async function desktopVSCode(): Promise<string | undefined> {
  if (!desktopWanted()) return undefined;
  const named = process.env['SALIENCY_LENS_VSCODE'];
  if (named) return named;
  try {
    return await downloadAndUnzipVSCode({ version: OLDEST });
  } catch (error) {
    console.warn(`VS Code could not be downloaded: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}

export async function runOnDesktop(executable: string, options: SuiteOptions): Promise<SuiteRun> {
  const tests = await bundleSuite();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-desktop-'));
  const file = path.join(folder, 'results.json');
  const workspace = path.join(folder, path.basename(options.workspace));
  fs.cpSync(options.workspace, workspace, { recursive: true });
  let exit = 'ended';
  try {
    await runTests({
      vscodeExecutablePath: executable,
      extensionDevelopmentPath: options.dev,
      extensionTestsPath: tests,
      extensionTestsEnv: { ...options.env, SALIENCY_LENS_SUITE_RESULTS: file },
      launchArgs: [
        workspace,
        '--disable-workspace-trust',
        '--disable-extensions',
        '--skip-welcome',
        `--user-data-dir=${path.join(folder, 'data')}`,
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), // Chromium's sandbox refuses to run as root
      ],
    });
  } catch (error) {
    exit = error instanceof Error ? error.message : String(error);
  }
  const results = readResults(file);
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  return { results, problem: unfinished(results, exit) };
}

export async function runOnCodeServer(options: SuiteOptions): Promise<SuiteRun> {
  const tests = await bundleSuite();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-suite-'));
  const file = path.join(folder, 'results.json');
  const env = { ...options.env, SALIENCY_LENS_SUITE_RESULTS: file };
  const server = await CodeServer.start({ driver: true, env });
  let workbench: Workbench | undefined;
  try {
    workbench = await Workbench.open(server);
    const workspace = path.join(server.root, 'workspace', path.basename(options.workspace));
    fs.cpSync(options.workspace, workspace, { recursive: true });
    await workbench.openFolder(workspace, { dev: [options.dev], tests });
    const exit = await Promise.race([
      workbench.suiteExit.then((code) => `VS Code reports ${code}`),
      watch(server, options.timeout ?? 300_000),
    ]);
    const results = readResults(file);
    const problem = unfinished(results, exit);
    if (problem || results.tests.some((test) => test.state === 'failed'))
      await saveEvidence('suite', server, workbench);
    return { results, problem };
  } finally {
    await workbench?.close();
    await server.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Settles when something went wrong that VS Code does not report: a crashed extension host is started again, in
 * silence.
 */
async function watch(server: CodeServer, timeout: number): Promise<string> {
  const start = Date.now();
  while (Date.now() - start < timeout) {
    if (server.hostsStarted > 1) return 'the extension host crashed';
    if (server.exitCode !== undefined) return `code-server ended (${server.exitCode})`;
    await sleep(500);
  }
  return `no end after ${timeout / 1000} s`;
}
