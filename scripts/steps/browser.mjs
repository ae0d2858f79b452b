// The browser that drives VS Code in the tests: Chromium, or one of its family that is installed.
import fs from 'node:fs';
import { must, run, step } from './child.mjs';
import { onPath } from './desktop.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge', 'chrome'];
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
];
const packages = { 'apt-get': ['install', '-y', '--no-install-recommends', 'chromium'] };

const find = () => process.env.SALIENCY_LENS_BROWSER || onPath(...names) || places.find((file) => fs.existsSync(file));

/** @returns {Promise<{ browser?: string, reason?: string }>} reason: why there is none, with the one command to run */
export async function setUpBrowser() {
  const found = find();
  if (found) return { browser: found };
  if (!onPath('apt-get')) return { reason: 'no Chromium or Chrome is installed: install one of them' };
  const command = `apt-get update && apt-get ${packages['apt-get'].join(' ')}`;
  if (process.getuid?.() !== 0) return { reason: `no Chromium is installed: run  sudo sh -c '${command}'` };
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  try {
    await step('Installing Chromium (apt-get, 120 MB to download)', async () => {
      // one broken source among several is no reason to stop
      await run('apt-get', ['update'], { env, log: 'browser.log' });
      await must('apt-get', packages['apt-get'], { env, log: 'browser.log' });
    });
  } catch {
    return { reason: `Chromium could not be installed (out/logs/browser.log): run  ${command}` };
  }
  const browser = find();
  return browser ? { browser } : { reason: `no Chromium is installed: run  ${command}` };
}
