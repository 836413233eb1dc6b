// Every context key once: what when-clauses may ask for, set by the window's skin.

/** Keys without the `slipway.` they carry in when-clauses. */
export const contextKeys = {
  /** No kubeconfig with a usable context was found. */
  noContexts: "slipway.noContexts",
  /** The Docker engine does not answer. */
  noEngine: "slipway.noEngine",
} as const;
