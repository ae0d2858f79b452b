// The desktop VS Code of this machine: its command-line program, if there is one.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const home = os.homedir();
const programFiles = [process.env.LOCALAPPDATA, process.env.ProgramFiles, process.env['ProgramFiles(x86)']].filter(
  Boolean,
);

/** Where installers put `code`. */
const places = {
  darwin: ['/Applications', path.join(home, 'Applications')].flatMap((folder) =>
    ['Visual Studio Code', 'Visual Studio Code - Insiders', 'VSCodium'].map(
      (name) => `${folder}/${name}.app/Contents/Resources/app/bin/${name === 'VSCodium' ? 'codium' : 'code'}`,
    ),
  ),
  win32: programFiles.flatMap((folder) => [
    path.join(folder, 'Programs/Microsoft VS Code/bin/code.cmd'),
    path.join(folder, 'Microsoft VS Code/bin/code.cmd'),
  ]),
  linux: [
    ...[
      '/usr/bin/code',
      '/usr/local/bin/code',
      '/snap/bin/code',
      '/usr/share/code/bin/code',
      '/opt/visual-studio-code/bin/code',
    ],
    ...['/usr/bin/codium', '/var/lib/flatpak/exports/bin/com.visualstudio.code'],
    path.join(home, '.local/share/flatpak/exports/bin/com.visualstudio.code'),
  ],
};

/** The first of these programs on the PATH. */
export function onPath(...names) {
  const suffix = process.platform === 'win32' ? ['.cmd', '.exe'] : [''];
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .filter(Boolean)
    .flatMap((folder) => names.flatMap((name) => suffix.map((end) => path.join(folder, name + end))))
    .find((file) => fs.existsSync(file));
}

/** The terminal of a window that is connected to this machine: its `code` opens folders in that window's VS Code. */
export const remoteTerminal = () => Boolean(process.env.VSCODE_IPC_HOOK_CLI);

/** A Linux without a screen cannot show a desktop program, even where it is installed. */
const screen = () => process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);

/** @returns {{ program: string, remote: boolean } | undefined} */
export function findDesktop() {
  const named = onPath('code', 'code-insiders', 'codium');
  if (remoteTerminal() && named) return { program: named, remote: true };
  if (!screen()) return undefined;
  const program = named ?? (places[process.platform] ?? []).find((file) => fs.existsSync(file));
  return program ? { program, remote: false } : undefined;
}
