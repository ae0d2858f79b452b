// Runs before the toolkit is loaded: it makes a style element of its own, to learn whether `:focus-visible` is known, and looks
// here for the nonce that the content security policy asks for.
const nonce = document.currentScript?.nonce;
if (nonce) {
  const meta = document.createElement('meta');
  meta.setAttribute('property', 'csp-nonce');
  meta.content = nonce;
  document.head.append(meta);
}

export {};
