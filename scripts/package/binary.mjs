// Which system and processor a native file is for, by its first bytes.

const elf = { 62: 'x64', 183: 'arm64' };
const portable = { 34404: 'x64', 43620: 'arm64' };
const mach = { 16777223: 'x64', 16777228: 'arm64' };

/**
 * @param {Buffer} bytes the file
 * @returns {string | undefined} 'linux-x64', 'darwin-arm64', 'win32-x64' …; undefined: not a native file
 */
export function nativePlatform(bytes) {
  if (bytes.length < 64) return undefined;
  if (bytes.readUInt32BE(0) === 0x7f454c46) return `linux-${elf[bytes.readUInt16LE(18)] ?? 'other'}`;
  if (bytes.readUInt32LE(0) === 0xfeedfacf) return `darwin-${mach[bytes.readUInt32LE(4)] ?? 'other'}`;
  if (bytes.readUInt32BE(0) === 0xcafebabe) return 'darwin-universal';
  if (bytes.readUInt16BE(0) === 0x4d5a) {
    const header = bytes.readUInt32LE(60);
    if (bytes.length < header + 6 || bytes.readUInt32BE(header) !== 0x50450000) return undefined;
    return `win32-${portable[bytes.readUInt16LE(header + 4)] ?? 'other'}`;
  }
  return undefined;
}
