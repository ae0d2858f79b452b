// One code-server with folders of its own: user data, extensions, home. All of it is gone after stop().
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { endTree, freePort, sleep } from './processes.ts';
import { quietSettings } from './settings.ts';
import { findTools } from './tools.ts';

const execute = promisify(execFile);

export interface ServerOptions {
  /** Packaged extensions to install. */
  readonly vsix?: readonly string[];
  readonly settings?: Readonly<Record<string, unknown>>;
  /** For the extension host and what it starts. */
  readonly env?: Readonly<Record<string, string>>;
  /** Untrusted folders are asked about. Default: everything is trusted. */
  readonly workspaceTrust?: boolean;
  /**
   * VS Code's switch for automated tests: without it the page's address cannot name an extension in development or a
   * test suite; with it there are no notification toasts. Leave it off to see the product as a person does.
   */
  readonly driver?: boolean;
}

/** Variables of an outer VS Code or CI that would confuse the one under test. */
const confusing = /^(VSCODE_|PORT$|PASSWORD$|HASHED_PASSWORD$|ELECTRON_|NODE_OPTIONS$|VITEST|NODE_ENV$|TEST$)/;

export class CodeServer {
  readonly root = fs.mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-vscode-'));
  readonly userData = path.join(this.root, 'data');
  readonly driver: boolean;
  output = '';
  origin = '';
  exitCode: number | string | undefined;
  private readonly tools = findTools();
  private readonly env: NodeJS.ProcessEnv;
  private readonly common: readonly string[];
  private process: ChildProcess | undefined;

  private constructor(options: ServerOptions) {
    this.driver = options.driver ?? false;
    const settings = { ...quietSettings, ...options.settings };
    fs.mkdirSync(path.join(this.userData, 'User'), { recursive: true });
    fs.writeFileSync(path.join(this.userData, 'User/settings.json'), JSON.stringify(settings));
    // Settings of the machine count on the server only from here.
    fs.mkdirSync(path.join(this.userData, 'Machine'));
    fs.writeFileSync(path.join(this.userData, 'Machine/settings.json'), JSON.stringify(options.settings ?? {}));
    fs.writeFileSync(path.join(this.root, 'config.yaml'), '');
    const inherited = Object.entries(process.env).filter(([name]) => !confusing.test(name));
    this.env = {
      ...Object.fromEntries(inherited),
      EXTENSIONS_GALLERY: '{"serviceUrl":""}',
      HOME: this.root,
      XDG_CONFIG_HOME: path.join(this.root, '.config'),
      XDG_DATA_HOME: path.join(this.root, '.local'),
      ...options.env,
    };
    this.common = ['--config', path.join(this.root, 'config.yaml'), '--user-data-dir', this.userData];
    this.common = [...this.common, '--extensions-dir', path.join(this.root, 'extensions')];
  }

  static async start(options: ServerOptions = {}): Promise<CodeServer> {
    const server = new CodeServer(options);
    try {
      for (const file of options.vsix ?? []) await server.install(file);
      await server.listen(options);
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  get pid(): number {
    if (this.process?.pid === undefined) throw new Error('code-server is not running');
    return this.process.pid;
  }

  /** Installs a packaged extension into this server's own folder. */
  private async install(vsix: string): Promise<void> {
    const args = [this.tools.codeServer, ...this.common, '--install-extension', vsix, '--force'];
    const { stdout, stderr } = await execute(this.tools.node, args, { env: this.env, timeout: 180_000 });
    if (!/successfully installed/.test(stdout + stderr))
      throw new Error(`${vsix} was not installed:\n${stdout}${stderr}`);
  }

  private async listen(options: ServerOptions): Promise<void> {
    const port = await freePort();
    this.origin = `http://127.0.0.1:${port}`;
    const args = [
      ...['--auth', 'none', '--bind-addr', `127.0.0.1:${port}`, '--disable-telemetry', '--disable-update-check'],
      ...['--disable-getting-started-override', '--disable-proxy', '--ignore-last-opened'],
      ...['--idle-timeout-seconds', '300'], // a server whose tests were killed ends itself
      ...(options.workspaceTrust ? [] : ['--disable-workspace-trust']),
      ...(this.driver ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
    ];
    // A process group of its own, so that all of it can be ended.
    this.process = spawn(this.tools.node, [this.tools.codeServer, ...args, ...this.common], {
      env: this.env,
      cwd: this.root,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.on('data', (data) => {
        this.output += String(data);
      });
    }
    this.process.once('exit', (code, name) => {
      this.exitCode = code ?? name ?? 'unknown';
    });
    const start = Date.now();
    while (!(await this.healthy())) {
      if (this.exitCode !== undefined) throw new Error(`code-server ended (${this.exitCode}):\n${this.output}`);
      if (Date.now() - start > 60_000) throw new Error(`code-server does not answer:\n${this.output}`);
      await sleep(50);
    }
  }

  private async healthy(): Promise<boolean> {
    try {
      return (await fetch(`${this.origin}/healthz`)).ok;
    } catch {
      return false;
    }
  }

  /** The log files of the server and its extension hosts whose path matches. */
  logs(pattern = /./): { path: string; text: string }[] {
    const folder = path.join(this.userData, 'logs');
    if (!fs.existsSync(folder)) return [];
    return fs
      .readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => pattern.test(name) && fs.statSync(path.join(folder, name)).isFile())
      .sort()
      .map((name) => ({ path: name, text: fs.readFileSync(path.join(folder, name), 'utf8') }));
  }

  get hostLog(): string {
    return this.logs(/remoteexthost\.log$/)
      .map((log) => log.text)
      .join('\n');
  }

  /** How many extension hosts came up: those past the activation of what activates at once. */
  get hostsReady(): number {
    return this.hostLog.match(/Eager extensions activated/g)?.length ?? 0;
  }

  get hostsStarted(): number {
    return this.hostLog.match(/Extension host with pid \d+ started/g)?.length ?? 0;
  }

  /** What an extension wrote into its log output channel of this name. */
  channelLog(channel: string): string {
    return this.logs(/exthost/)
      .filter((log) => path.basename(log.path).replace(/^\d+-/, '') === `${channel}.log`)
      .map((log) => log.text)
      .join('\n');
  }

  async stop(): Promise<void> {
    if (this.process?.pid !== undefined && this.exitCode === undefined) await endTree(this.process.pid);
    if (process.env['SALIENCY_LENS_KEEP']) return;
    fs.rmSync(this.root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}
