import { ExplainError } from '../errors.ts';
import { isDiskFull } from '../files/diskError.ts';
import type { Wheel } from './manifest.ts';

/** What pip and npm print where a request did not get through. */
const OFFLINE =
  /NewConnectionError|ConnectionError|ConnectTimeout|ReadTimeout|ProxyError|SSLError|Failed to establish|Temporary failure in name|Name or service not known|Network is unreachable|Connection (?:refused|broken|reset|aborted)|Max retries|IncompleteRead|ProtocolError|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT/i;
const FULL = /No space left|ENOSPC|Errno 28|Disk quota|EDQUOT|Errno 122/i;
const HASH = /DO NOT MATCH THE HASHES|HashMismatch|EINTEGRITY|integrity checksum failed/i;
const NO_PIP = /No module named pip/i;
const NOT_THERE = /No matching distribution|Could not find a version|ETARGET|E404/i;

/** Why a download failed, from what the program printed. */
export function downloadFault(printed: string, what: string, program: string): ExplainError {
  if (FULL.test(printed)) return diskFull(what);
  if (HASH.test(printed)) return wrongHash(what);
  if (NO_PIP.test(printed)) {
    return new ExplainError({
      kind: 'usage',
      message: `${program} has no pip, which downloads ${what}.`,
      subject: program,
      next: 'Install pip (on Debian and Ubuntu: apt install python3-pip), or name another interpreter in the setting saliencyLens.import.python.',
    });
  }
  // pip says that nothing matches where it cannot reach the index at all, so connections come first.
  if (OFFLINE.test(printed)) {
    return new ExplainError({
      kind: 'usage',
      message: `${what} cannot be downloaded because the package index cannot be reached.`,
      subject: what,
      next: 'Connect to the network, or set up a proxy or a mirror for pip and npm, and install again; files that are complete are kept.',
    });
  }
  if (NOT_THERE.test(printed)) {
    return new ExplainError({
      kind: 'usage',
      message: `The package index that ${program} is set up for does not have ${what}.`,
      subject: what,
      next: 'Ask whoever runs the mirror for this version, or use the public index.',
    });
  }
  const line = printed
    .trim()
    .split('\n')
    .findLast((each) => /error/i.test(each) && !/notice/i.test(each));
  return new ExplainError({
    kind: 'engine',
    message: `${program} could not download ${what}${line ? `: ${line.replace(/^\s*(?:npm )?error:?\s*/i, '').replace(/\.$/, '')}` : ''}.`,
    subject: what,
    next: 'Look at the log (Saliency Lens: Show Log), and install again.',
  });
}

/** A file that is not the one that was published. */
export function wrongHash(what: string): ExplainError {
  return new ExplainError({
    kind: 'engine',
    message: `${what} is not the file that this version of Saliency Lens expects, because its SHA-256 differs: the download broke off, or the file was changed on the way. It was thrown away.`,
    subject: what,
    next: 'Install again; files that are complete are kept. If it happens again, the package index or a proxy changes files.',
  });
}

export function damagedWheel({ file }: Wheel, cause: unknown): ExplainError {
  return isDiskFull(cause)
    ? diskFull(file)
    : new ExplainError(
        {
          kind: 'engine',
          message: `${file} cannot be unpacked: ${cause instanceof Error ? cause.message.replace(/\.$/, '') : String(cause)}.`,
          subject: file,
          next: 'Install again.',
        },
        { cause },
      );
}

/** @param missing how much space is missing, in words */
export function diskFull(what: string, missing?: string): ExplainError {
  return new ExplainError(
    {
      kind: 'usage',
      message: `The disk has no room for ${what}${missing ? `: ${missing} are missing` : ''}.`,
      subject: what,
      next: 'Free space and install again; nothing is left of this attempt.',
    },
    { cause: Object.assign(new Error('full'), { code: 'ENOSPC' }) },
  );
}

/** A program that an installation needs is missing. */
export function missingProgram(program: string, cause: unknown): ExplainError {
  const hint = HINTS.get(program) ?? PYTHON;
  return new ExplainError(
    { kind: 'usage', message: `The program '${program}' does not start here.`, subject: program, next: hint },
    { cause },
  );
}

const HINTS: ReadonlyMap<string, string> = new Map([
  ['npm', "Install Node.js, which npm is a part of, so that 'npm' is on the PATH."],
  ['c++', 'Install a C++ compiler (on Debian and Ubuntu: apt install g++).'],
]);
const PYTHON = 'Install Python with pip, or name an interpreter in the setting saliencyLens.import.python.';
