/**
 * The part of an ONNX Runtime message that is for people: without its codes, the positions in its C++ sources and the
 * failed condition. Null if nothing is left.
 */
export function runtimeReason(text: string): string | null {
  const said = withoutSource(text).split('\n');
  const line = said.find((part) => part.trim() !== '') ?? '';
  const reason = line
    .replace(/^\[ONNXRuntimeError\][\s:]*\d+[\s:]*[A-Z_]+[\s:]*/, '')
    .replace(/^(?:Non-zero status code returned while running|Exception during).*?Status Message:\s*/i, '')
    .replace(/^Load model from .*? failed:\s*/i, '')
    .replace(/^(?:Exception|Error)[:\s]+/i, '')
    // `pads[dim] < kernel_shape[dim] was false. Pad should be smaller than kernel.`
    .replace(/^.*?\bwas (?:false|true)\.\s*(?=\S)/s, '')
    .trim();
  return reason === '' || IN_SOURCE.test(reason) ? null : reason;
}

/** Remnants of C++ in a text: scopes, templates, paths of sources. */
const IN_SOURCE = /\w::\w|onnxruntime_src|std::|\.(?:cc|cpp|hpp|h):\d/;

/** `/onnxruntime_src/core/graph.h:46 void ns::f(const T&, int) What went wrong` → `What went wrong` */
function withoutSource(text: string): string {
  const place = /(?<!\S)\S{1,400}?\.(?:cc|cpp|h|hpp):\d+\s+/.exec(text);
  if (!place) return text;
  const before = text.slice(0, place.index);
  const rest = text.slice(place.index + place[0].length);
  const open = rest.indexOf('(');
  if (open < 0) return before;
  let depth = 0;
  let end = open;
  for (; end < rest.length; end++) {
    if (rest[end] === '(') depth++;
    else if (rest[end] === ')' && --depth === 0) break;
  }
  // The rest may contain a second position.
  return withoutSource(before + rest.slice(end + 1).replace(/^\s*(?:const)?\s*(?:\[with [^\]]*\])?\s*/, ''));
}
