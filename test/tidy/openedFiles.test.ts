// Whoever opens a file without looking waits for ever where it is a named pipe; whoever writes one in place may leave
// half of it.
import { expect, test } from 'vitest';
import { readText, sourceFiles } from './files.ts';

const OPENS = /\b(?:open|openSync|readFile|readFileSync|createReadStream|writeFile|writeFileSync|createWriteStream)\b/;

/** Files that use Node's functions themselves, each with the reason. */
const ALLOWED: Readonly<Record<string, string>> = {
  'src/explainers/engines/devices/machine.ts': 'reads what the system says of its drivers, where that is a file',
  'src/explainers/engines/threads.ts': 'reads /proc/cpuinfo',
  'src/explainers/engines/weightsFile.ts': 'writes into a folder that it has just made for itself',
  'src/explainers/images/wasm.ts': 'reads what is part of the program',
  'src/explainers/importers/besideModel.ts': 'follows no link either, and looks at what it opened',
  'src/explainers/runtimes/driver.ts': 'reads what the system says of its driver',
  'src/explainers/runtimes/unpack.ts': 'writes into a folder that it has just made for itself',
  'src/explainers/cli/results/resultFiles.ts': 'takes a name that must not be taken yet',
  'src/explainers/process/exitReport.ts': 'reads what the system says of the process',
  'src/explainers/process/isEnding.ts': 'reads what the system says of the process',
  'src/extension/panels/html.ts': 'reads what is part of the program',
};

test('files are opened and written through the room that does it safely', () => {
  const direct = sourceFiles('src').filter((file) => {
    if (file.startsWith('src/explainers/files/')) return false;
    const imported = [...readText(file).matchAll(/import\s+(?:\*|[^'"]*?)\s*from\s+'node:fs(?:\/promises)?'/g)];
    return imported.some(([statement]) => OPENS.test(statement) || statement.includes('*'));
  });
  expect(direct.sort()).toEqual(Object.keys(ALLOWED).sort());
});
