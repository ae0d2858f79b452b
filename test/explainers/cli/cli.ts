import { run } from '../../../src/explainers/cli/main.ts';
import type { Screen, Terminal } from '../../../src/explainers/cli/verb.ts';
import { root } from '../../data.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The JSON Lines of stdout. */
  readonly lines: readonly CliLine[];
}

export interface CliLine {
  readonly image: string;
  readonly scores: readonly { index: number; label: string; logit: number; score: number; predicted: boolean }[];
  readonly maps: readonly {
    method: string;
    index: number;
    label: string;
    npy: string | null;
    png: string | null;
    best: string | null;
    figures: Readonly<Record<string, number>>;
  }[];
  readonly agreement: readonly {
    method: string;
    index: number;
    metric: string;
    value: number | null;
    reason: string | null;
  }[];
  readonly error: { kind: string; message: string; next?: string } | null;
}

/** Runs a command line in this process, as bin/saliency-lens.cjs would. */
export async function cli(
  args: readonly string[],
  options: { cwd?: string; signal?: AbortSignal; screen?: Screen; interactive?: boolean; open?: Terminal['open'] } = {},
): Promise<Ran> {
  let [stdout, stderr] = ['', ''];
  const code = await run(args, {
    cwd: options.cwd ?? root,
    stdout: (text) => {
      stdout += text;
    },
    stderr: (text) => {
      stderr += text;
    },
    interactive: options.interactive ?? false,
    ...(options.open && { open: options.open }),
    ...(options.screen && { screen: options.screen }),
    signal: options.signal ?? new AbortController().signal,
  });
  const json = stdout.split('\n').filter((line) => line.startsWith('{"'));
  return { code, stdout, stderr, lines: json.map((line) => JSON.parse(line) as CliLine) };
}
