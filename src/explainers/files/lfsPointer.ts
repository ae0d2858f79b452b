const BEGINS = 'version https://git-lfs.github.com/spec/';

/** Whether a file is what Git keeps in place of one that Git LFS stores: a few lines of text that name it. */
export function isLfsPointer(content: Uint8Array | string): boolean {
  if (typeof content === 'string') return content.startsWith(BEGINS);
  return BEGINS.split('').every((character, i) => content[i] === character.charCodeAt(0));
}

/** What such a file is, as the end of a sentence, and what helps. */
export const LFS_POINTER = 'is a Git LFS pointer, not the file itself';
export const LFS_PULL = 'Run `git lfs pull` in its repository, or download the file itself.';
