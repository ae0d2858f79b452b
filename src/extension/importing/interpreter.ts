import path from 'node:path';
import * as vscode from 'vscode';
import { DEFAULT_PYTHON } from '../../explainers/contracts/importing.ts';
import type { Log } from '../log.ts';
import { setting } from '../settings.ts';

const PYTHON_EXTENSION = 'ms-python.python';

/** As much of the Python extension's API as is used; what it returns is checked. */
interface PythonApi {
  readonly environments?: {
    getActiveEnvironmentPath?(resource?: vscode.Uri): { readonly path?: unknown } | undefined;
    resolveEnvironment?(
      environment: unknown,
    ): Promise<{ readonly executable?: { readonly uri?: { readonly fsPath?: unknown } } } | undefined>;
  };
}

/**
 * The Python interpreter for a folder: the one chosen in the Python extension, else the setting's, else the one on the
 * PATH.
 */
export async function interpreterFor(folder: string, log: Log): Promise<string> {
  return (await chosen(folder, log)) ?? (setting('import.python') || DEFAULT_PYTHON);
}

async function chosen(folder: string, log: Log): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<PythonApi | undefined>(PYTHON_EXTENSION);
  if (!extension) return undefined;
  try {
    const { environments } = (await extension.activate()) ?? {};
    const environment = environments?.getActiveEnvironmentPath?.(vscode.Uri.file(folder));
    const resolved = await environments?.resolveEnvironment?.(environment);
    const found = resolved?.executable?.uri?.fsPath ?? environment?.path;
    return typeof found === 'string' && path.isAbsolute(found) ? found : undefined;
  } catch (thrown) {
    log.warn(`The Python extension does not say which interpreter is chosen: ${String(thrown)}`);
    return undefined;
  }
}
