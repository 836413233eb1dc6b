// What an object's conditions say: each is True, False or Unknown, with a reason and a sentence.
import { condition, field, type KubeObject, list, text } from "./object.ts";

export function isTrue(object: KubeObject, type: string): boolean {
  return text(condition(object, type), "status") === "True";
}

export function isFalse(object: KubeObject, type: string): boolean {
  return text(condition(object, type), "status") === "False";
}

export interface Why {
  reason?: string;
  message?: string;
}

/** Reason and sentence of a condition, as far as it gives any. */
export function why(object: KubeObject, type: string): Why {
  const found = condition(object, type);
  const [reason, message] = [text(found, "reason"), text(found, "message")];
  return {
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
  };
}

/** The first condition that is False, `types` in their order before the others: what keeps an object from Ready. */
export function firstFalse(object: KubeObject, types: readonly string[] = []): Why | undefined {
  const named = types.filter((type) => isFalse(object, type));
  const others = list(object, "status", "conditions").flatMap((entry) => {
    return field(entry, "status") === "False" ? (text(entry, "type") ?? []) : [];
  });
  const [first] = [...named, ...others];
  return first === undefined ? undefined : why(object, first);
}
