// What an API server said of an object that it was asked to apply and not to keep.

/** One thing that it names, with the field as it writes it: `spec.template.spec.containers[0].image`. */
export interface RefusalCause {
  readonly field: string;
  readonly message: string;
}

export interface Refusal {
  readonly message: string;
  /** Empty where the message is all there is. */
  readonly causes: readonly RefusalCause[];
}

/** Which object of a manifest is meant, as the manifest names it. */
export interface ObjectName {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string | undefined;
  readonly namespace: string | undefined;
}

export interface ServerAnswer extends ObjectName {
  readonly refusal?: Refusal;
  /** What it accepts and warns of: deprecated APIs, policies that only warn. */
  readonly warnings: readonly string[];
}

/** Where only part of a cluster may be seen, the rest is unknown, and `why` says so in a sentence. */
export type Known<Value> = { readonly value: Value } | { readonly why: string };

export function isSame(one: ObjectName, other: ObjectName): boolean {
  return (
    one.apiVersion === other.apiVersion &&
    one.kind === other.kind &&
    one.name === other.name &&
    one.namespace === other.namespace
  );
}
