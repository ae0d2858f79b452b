// VS Code served on 127.0.0.1 to a browser, behind a password, by code-server.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { must, root } from '../steps/child.mjs';
import { setUpCodeServer, unsupported } from '../steps/codeServer.mjs';
import { hostPackage } from './hostPackage.mjs';

const settings = {
  'workbench.startupEditor': 'none',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
};

async function free(port) {
  const server = createServer();
  const taken = await new Promise((done) => {
    server.once('error', () => done(true)).listen(port, '127.0.0.1', () => done(false));
  });
  const found = taken ? undefined : server.address().port;
  await new Promise((done) => server.close(done));
  return found;
}

export async function serve(folder, wanted) {
  const reason = unsupported();
  if (reason) {
    throw new Error(
      `There is no desktop VS Code here, and ${reason}. Install VS Code (https://code.visualstudio.com), then run npm start again.`,
    );
  }
  console.log('There is no desktop VS Code here: VS Code will be served to a browser on this machine.');
  const { node, entry } = await setUpCodeServer();
  const vsix = await hostPackage();

  const data = path.join(root, 'out/code-server');
  const user = path.join(data, 'data/User/settings.json');
  fs.mkdirSync(path.dirname(user), { recursive: true });
  if (!fs.existsSync(user)) fs.writeFileSync(user, `${JSON.stringify(settings, null, 2)}\n`);
  fs.writeFileSync(path.join(data, 'config.yaml'), '');
  const common = ['--config', path.join(data, 'config.yaml'), '--user-data-dir', path.join(data, 'data')];
  const folders = [...common, '--extensions-dir', path.join(data, 'extensions')];
  // Variables of a VS Code around us would confuse this one.
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(VSCODE_|PORT$|HASHED_PASSWORD$|ELECTRON_)/.test(name),
  );
  const password = process.env.PASSWORD || randomBytes(12).toString('base64url');
  // The extension shows its first steps.
  const env = { ...Object.fromEntries(inherited), PASSWORD: password, SALIENCY_LENS_WELCOME: '1' };
  await must(node, [entry, ...folders, '--install-extension', vsix, '--force'], { log: 'start.log' });

  const port = (wanted && (await free(wanted))) || (await free(8080)) || (await free(0));
  if (wanted && port !== wanted) console.log(`Port ${wanted} is taken; ${port} is used instead.`);
  const quiet = [
    '--disable-telemetry',
    '--disable-update-check',
    '--disable-getting-started-override',
    '--ignore-last-opened',
  ];
  // The examples are this repository's own: whoever runs npm start runs its code already. Any other folder is asked
  // about.
  const trusted = folder === path.join(root, 'examples') ? ['--disable-workspace-trust'] : [];
  const log = fs.openSync(path.join(data, 'server.log'), 'w');
  const server = spawn(
    node,
    [entry, '--auth', 'password', '--bind-addr', `127.0.0.1:${port}`, ...quiet, ...trusted, ...folders, folder],
    {
      env,
      stdio: ['ignore', log, log],
    },
  );
  const address = `http://127.0.0.1:${port}`;
  await answers(address, server);
  console.log(`
  VS Code:   ${address}/?folder=${encodeURI(folder)}
  Password:  ${password}

Open the address in a browser on this machine (from elsewhere: ssh -L ${port}:127.0.0.1:${port} …), then follow the
first steps, or right-click an image in the Explorer and choose "Explain Image". Ctrl+C stops it.`);
  for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => server.kill('SIGTERM'));
  await new Promise((done) => server.once('exit', done));
}

async function answers(address, server) {
  for (let tries = 0; tries < 600; tries++) {
    if (server.exitCode !== null) throw new Error('code-server ended at once: see out/code-server/server.log.');
    try {
      if ((await fetch(`${address}/healthz`)).ok) return;
    } catch {
      // not yet
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error('code-server does not answer: see out/code-server/server.log.');
}
