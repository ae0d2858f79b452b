/** Run lengths as COCO's compressed text: what files hold, and nothing in the product writes. */
export function runsToText(counts: readonly number[]): string {
  let text = '';
  counts.forEach((count, i) => {
    let value = i > 2 ? count - counts[i - 2]! : count;
    for (let more = true; more; ) {
      const group = value & 0x1f;
      value >>= 5;
      more = group & 0x10 ? value !== -1 : value !== 0;
      text += String.fromCharCode((more ? group | 0x20 : group) + 48);
    }
  });
  return text;
}
