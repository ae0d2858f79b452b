// Server and window together, on a copy of a workspace.
import fs from 'node:fs';
import path from 'node:path';
import { CodeServer, type ServerOptions } from './codeServer.ts';
import { root } from './tools.ts';
import { type FolderOptions, type WindowOptions, Workbench } from './workbench.ts';

export interface LaunchOptions extends ServerOptions, WindowOptions, FolderOptions {
  /** Copied: tests write into it. */
  readonly workspace: string;
}

export interface Launched {
  readonly server: CodeServer;
  readonly workbench: Workbench;
  /** The copy of the workspace. */
  readonly folder: string;
  close(): Promise<void>;
}

export async function launch(options: LaunchOptions): Promise<Launched> {
  const driver = options.driver ?? Boolean(options.dev?.length || options.tests);
  const server = await CodeServer.start({ ...options, driver });
  let workbench: Workbench | undefined;
  const close = async () => {
    await workbench?.close();
    await server.stop();
  };
  try {
    const folder = path.join(server.root, 'workspace', path.basename(options.workspace));
    fs.cpSync(options.workspace, folder, { recursive: true });
    workbench = await Workbench.open(server, options);
    await workbench.openFolder(folder, options);
    return { server, workbench, folder, close };
  } catch (error) {
    await saveEvidence('launch', server, workbench);
    await close();
    throw error;
  }
}

/** For a red test: the screen, the browser's console and every log, under out/vscode/NAME. */
export async function saveEvidence(name: string, server: CodeServer, workbench?: Workbench): Promise<string> {
  const folder = path.join(root, 'out/vscode', name);
  fs.mkdirSync(folder, { recursive: true });
  await workbench?.screenshot(path.join(folder, 'screen.png')).catch(() => {}); // a window that hangs has no picture
  const consoleLines = [...(workbench?.errors ?? []), ...(workbench?.console ?? [])];
  fs.writeFileSync(path.join(folder, 'browser.log'), consoleLines.join('\n'));
  fs.writeFileSync(path.join(folder, 'code-server.log'), server.output);
  for (const log of server.logs()) fs.writeFileSync(path.join(folder, log.path.replace(/[\\/ ]+/g, '_')), log.text);
  return folder;
}
