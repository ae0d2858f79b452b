import path from 'node:path';
import * as vscode from 'vscode';
import { DEFAULT_PYTHON } from '../../explainers/contracts/importing.ts';
import { driverProblem } from '../../explainers/runtimes/driver.ts';
import { installRuntime } from '../../explainers/runtimes/install.ts';
import {
  downloadBytes,
  installedBytes,
  manifestFile,
  megabytes,
  type Runtime,
  runtimesFor,
} from '../../explainers/runtimes/manifest.ts';
import { installedRuntimes, removeRuntime } from '../../explainers/runtimes/place.ts';
import type { Ctx } from '../ctx.ts';
import { pick, say, withCancel } from '../say.ts';
import { setting } from '../settings.ts';

type Needed = Pick<Ctx, 'client' | 'log' | 'panels' | 'runtimes'>;

const UNDO = 'Undo';

/** Installs a runtime besides ours: what is downloaded is shown and asked for first, and can be undone. */
export async function chooseRuntime(ctx: Needed): Promise<void> {
  const all = await runtimesFor();
  if (all.length === 0) {
    void say.information(
      `No further runtime can be installed on this platform (${process.platform} ${process.arch}); the devices that it has are part of the extension.`,
    );
    return;
  }
  const there = installedRuntimes(ctx.runtimes);
  const items = all.map((runtime) => ({
    runtime,
    label: runtime.title,
    description: there.includes(runtime.id) ? 'installed' : `${megabytes(downloadBytes(runtime))} to download`,
    detail: runtime.about,
  }));
  const chosen = await pick(items, { title: 'Install Runtime' });
  if (!chosen || !(await agreed(chosen.runtime, ctx))) return;
  const { title } = chosen.runtime;
  const folder = await withCancel(`Installing ${title}`, ({ signal, onProgress }) =>
    installRuntime(chosen.runtime, {
      folder: ctx.runtimes,
      python: setting('import.python') || DEFAULT_PYTHON,
      signal,
      onProgress: (message) => {
        ctx.log.debug(message);
        onProgress?.({ stage: 'import', fraction: null, message });
      },
    }),
  );
  ctx.log.info(`${title} is installed in ${folder}.`);
  startAgain(ctx, 'a runtime was installed');
  const choice = await say.information(`${title} is installed.`, UNDO);
  if (choice === UNDO) await remove(ctx, chosen.runtime);
}

/** Shows the list of files with their hashes, and asks whether to download them. */
async function agreed(runtime: Runtime, { runtimes }: Needed): Promise<boolean> {
  await vscode.window.showTextDocument(vscode.Uri.file(manifestFile()), { preview: true });
  const { wheels, npm, compiles, licences } = runtime;
  const python = setting('import.python') || DEFAULT_PYTHON;
  const files = wheels.length === 1 ? 'one file' : `${wheels.length} files`;
  const sentences = [
    await driverProblem(runtime),
    `pip of ${python} downloads ${files} from the Python package index that it is set up for`,
    npm && `, and npm ${npm.packages} packages`,
    `: ${megabytes(downloadBytes(runtime))} in all. The editor shows their names, sizes and SHA-256, by which each is checked before use.`,
    compiles && 'The C++ compiler of this machine (c++) builds the binding.',
    `On the disk it takes ${megabytes(installedBytes(runtime))}, in ${path.join(runtimes, runtime.id)}. By using it you accept ${licences}.`,
  ];
  const detail = sentences
    .filter(Boolean)
    .join(' ')
    .replaceAll(/ (?=[,:] )/g, '');
  return say.confirm(`Install ${runtime.title}?`, detail, 'Install');
}

/** Removes a runtime that was installed. */
export async function chooseRemoval(ctx: Needed): Promise<void> {
  const there = installedRuntimes(ctx.runtimes);
  if (there.length === 0) {
    void say.information('No runtime is installed besides the extension’s own.');
    return;
  }
  const titles = new Map((await runtimesFor()).map(({ id, title }) => [id, title]));
  const items = there.map((id) => ({ id, label: titles.get(id) ?? id, description: path.join(ctx.runtimes, id) }));
  const chosen = await pick(items, { title: 'Remove Runtime' });
  if (chosen) await remove(ctx, { id: chosen.id, title: chosen.label });
}

async function remove(ctx: Needed, { id, title }: Pick<Runtime, 'id' | 'title'>): Promise<void> {
  await removeRuntime(ctx.runtimes, id);
  ctx.log.info(`${title} is removed.`);
  startAgain(ctx, 'a runtime was removed');
  void say.information(`${title} is removed.`);
}

/** The next explainer process finds what is installed now. */
function startAgain({ client, panels }: Needed, why: string): void {
  client.restart(why);
  panels.computeAgain();
}
