import path from 'node:path';
import { openFileToRead } from './plainFile.ts';

/** Where the mark 'DICM' ends. */
const HEAD = 132;

/** Scanners name files without an ending (IM0001) or by UIDs (1.2.840.113…), whose last number is no ending. */
export function mayBeUnnamedDicom(file: string): boolean {
  return /^(?:[^.]+|[\d.]+)$/.test(path.basename(file));
}

/** Does a file that is named like that begin as DICOM? Only its first bytes are read. */
export async function isUnnamedDicom(file: string): Promise<boolean> {
  if (!mayBeUnnamedDicom(file)) return false;
  return Buffer.from(await headOf(file, HEAD)).toString('latin1', 128, 132) === 'DICM';
}

/** The first bytes of a file; none if it cannot be read. */
export async function headOf(file: string, length: number): Promise<Uint8Array> {
  const opened = await openFileToRead(file).catch(() => null);
  if (!opened) return new Uint8Array();
  try {
    const { bytesRead, buffer } = await opened.read(new Uint8Array(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } catch {
    return new Uint8Array();
  } finally {
    await opened.close();
  }
}
