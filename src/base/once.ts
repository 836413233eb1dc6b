// Something made when it is first asked for, and then kept.

/** `make` is called once, at the first call; when it throws, the next call tries again. */
export function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
