// A thing whose code is loaded at the first call of one of its methods, so that activation stays small.

/** The methods of T that give promises: only those can wait for the code. */
export type Asynchronous<T> = {
  [Key in keyof T as T[Key] extends (...args: never[]) => Promise<unknown> ? Key : never]: T[Key];
};

/**
 * Stands for what `load` gives. `load` is called once, at the first call of a method; when it fails, the call
 * fails and the next call loads again.
 */
export function lazy<T extends object>(load: () => Promise<T>): Asynchronous<T> {
  let loaded: Promise<T> | undefined;
  const open = () => {
    loaded ??= load();
    loaded.catch(() => {
      loaded = undefined;
    });
    return loaded;
  };
  return new Proxy({} as Asynchronous<T>, {
    get(_, name) {
      // A promise that resolves to this must not take it for another promise.
      if (name === "then") return undefined;
      return async (...args: unknown[]) => {
        const thing = await open();
        const method = Reflect.get(thing, name) as (...args: unknown[]) => unknown;
        return method.apply(thing, args);
      };
    },
  });
}
