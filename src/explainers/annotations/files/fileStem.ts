/** A path's last name without its ending: what a file per image calls its image. */
export function fileStem(path: string): string {
  const name = path.split(/[/\\]/).at(-1)!;
  return name.replace(/(?<=.)\.[^.]*$/, '');
}
