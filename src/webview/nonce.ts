// Runs before the toolkit is loaded. The toolkit creates a style element to find out whether `:focus-visible` is
// supported, and reads the nonce required by the content security policy from here.
const nonce = document.currentScript?.nonce;
if (nonce) {
  const meta = document.createElement('meta');
  meta.setAttribute('property', 'csp-nonce');
  meta.content = nonce;
  document.head.append(meta);
}

export {};
