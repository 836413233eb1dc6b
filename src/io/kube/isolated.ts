// A fault of ours in one place stays there.

/** What `run` gives; undefined, with a word to `onBug`, when it throws. */
export function isolated<T>(run: () => T, onBug: (error: unknown) => void): T | undefined {
  try {
    return run();
  } catch (error) {
    onBug(error);
    return undefined;
  }
}
