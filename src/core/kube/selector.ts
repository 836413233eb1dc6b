// A label selector as the API's query writes it.
// Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
import { list, record, text } from "./object.ts";

/** `matchLabels` and `matchExpressions` in one line; empty when there is neither. */
export function formatSelector(selector: unknown): string {
  const equal = Object.entries(record(selector, "matchLabels")).map(
    ([label, value]) => `${label}=${String(value)}`,
  );
  const expressions = list(selector, "matchExpressions").flatMap((expression) => {
    const key = text(expression, "key");
    const values = list(expression, "values").join(",");
    if (key === undefined) return [];
    switch (text(expression, "operator")) {
      case "In":
        return [`${key} in (${values})`];
      case "NotIn":
        return [`${key} notin (${values})`];
      case "Exists":
        return [key];
      case "DoesNotExist":
        return [`!${key}`];
      default:
        return [];
    }
  });
  return [...equal, ...expressions].join(",");
}
