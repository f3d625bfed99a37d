/** An endpoint's name in an address: it is a path, and may have spaces, `?` and `#`. */
export const endpointPath = (name: string): string => name.split('/').map(encodeURIComponent).join('/');
