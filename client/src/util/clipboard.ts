/**
 * Browsers give the clipboard to pages that came by TLS or from this machine only; elsewhere the old way has to do.
 * @returns whether the browser has done it
 */
export async function copyText(text: string): Promise<boolean> {
  if (globalThis.isSecureContext) {
    return navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
  }
  const focused = document.activeElement;
  const field = document.createElement('textarea');
  field.value = text;
  field.style.position = 'fixed';
  field.style.opacity = '0';
  document.body.append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return done;
}
