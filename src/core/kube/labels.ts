// Labels and the selectors that pick objects by them.
// Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
import { entriesOf, isNull, itemsOf, nodeAt, type SyntaxNode, textOf, textsOf } from "../syntax/node.ts";

export type Labels = Readonly<Record<string, string>>;

/** A selector with `matchLabels` and `matchExpressions`, or a Service's plain map as `equal` alone. */
export interface LabelSelector {
  readonly equal: Labels;
  readonly expressions: readonly LabelExpression[];
}

export interface LabelExpression {
  readonly key: string;
  /** `In`, `NotIn`, `Exists` or `DoesNotExist`. */
  readonly operator: string;
  readonly values: readonly string[];
}

/** The entries of a map of texts, such as `metadata.labels`; values that are no text are left out. */
export function labelsOf(node: SyntaxNode | undefined): Labels {
  return Object.fromEntries(
    entriesOf(node).flatMap(({ key, value }) => {
      const text = textOf(value);
      return text === undefined ? [] : [[key.text, text]];
    }),
  );
}

/** Reads a selector as Deployments and NetworkPolicies have it; undefined where none is written. */
export function selectorOf(node: SyntaxNode | undefined): LabelSelector | undefined {
  if (isNull(node) || node?.kind !== "map") return undefined;
  const expressions = itemsOf(nodeAt(node, "matchExpressions")).flatMap((item) => {
    const [key, operator] = [textOf(nodeAt(item, "key")), textOf(nodeAt(item, "operator"))];
    return key === undefined || operator === undefined
      ? []
      : [{ key, operator, values: textsOf(nodeAt(item, "values")) }];
  });
  return { equal: labelsOf(nodeAt(node, "matchLabels")), expressions };
}

/** True when `labels` satisfy every part of `selector`; one without parts picks everything. */
export function selects(selector: LabelSelector, labels: Labels): boolean {
  const own = (key: string) => (Object.hasOwn(labels, key) ? labels[key] : undefined);
  return (
    Object.entries(selector.equal).every(([key, value]) => own(key) === value) &&
    selector.expressions.every(({ key, operator, values }) => {
      const value = own(key);
      if (operator === "In") return value !== undefined && values.includes(value);
      if (operator === "NotIn") return value === undefined || !values.includes(value);
      return operator === "DoesNotExist" ? value === undefined : value !== undefined;
    })
  );
}
