const BEGINS = 'version https://git-lfs.github.com/spec/';

/** Whether a file is a Git LFS pointer: a few lines of text that Git keeps in place of a file stored by Git LFS. */
export function isLfsPointer(content: Uint8Array | string): boolean {
  if (typeof content === 'string') return content.startsWith(BEGINS);
  return BEGINS.split('').every((character, i) => content[i] === character.charCodeAt(0));
}

/** A description of such a file for the end of a sentence, and what helps. */
export const LFS_POINTER = 'is a Git LFS pointer, not the file itself';
export const LFS_PULL = 'Run `git lfs pull` in its repository, or download the file itself.';
