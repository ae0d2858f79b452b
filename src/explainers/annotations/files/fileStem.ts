/** A path's last name without its extension, which is the image's name for a format with one file per image. */
export function fileStem(path: string): string {
  const name = path.split(/[/\\]/).at(-1)!;
  return name.replace(/(?<=.)\.[^.]*$/, '');
}
