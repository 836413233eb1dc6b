// A mistake in YAML that stands in a value of a manifest.
import type { EmbeddedYaml } from "../syntax/embedded.ts";
import type { Severity } from "../syntax/finding.ts";
import type { Span } from "../syntax/lines.ts";
import { type MapNode, type SyntaxNode, textOf } from "../syntax/node.ts";
import { nearest } from "../syntax/nearest.ts";
import type { Problem } from "../syntax/problem.ts";

export interface EmbeddedProblem {
  /** In the embedded tree. */
  readonly at: Span;
  readonly message: string;
  readonly severity?: Severity;
  /** What to write at `at` instead. */
  readonly replacement?: string;
}

/** The problem with its place in the manifest; a fix only where the very words can be edited. */
export function outside(problem: EmbeddedProblem, { exact, place }: EmbeddedYaml): Problem {
  const { at, message, severity, replacement } = problem;
  const span = place(at);
  const fixes =
    replacement === undefined || !exact
      ? []
      : [{ title: `Change to ${replacement}`, edits: [{ ...span, text: replacement }] }];
  return { at: span, message, ...(severity ? { severity } : {}), fixes };
}

/** Keys of `map` that `reader` does not know and ignores, which is seldom what was meant. */
export function* unknownKeys(
  map: MapNode,
  known: readonly string[],
  reader: string,
): Iterable<EmbeddedProblem> {
  for (const { key } of map.entries) {
    if (known.includes(key.text)) continue;
    const meant = nearest(key.text, known);
    yield {
      at: key,
      severity: "warning",
      message: `${reader} knows no "${key.text}" here${meant ? `; "${meant}" may be meant` : `: it reads ${known.join(", ")}`}.`,
      ...(meant && key.plain ? { replacement: meant } : {}),
    };
  }
}

/** True for a map or a list, which a text could not be. */
export function isFilled(node: SyntaxNode | undefined): boolean {
  return node !== undefined && (node.kind !== "scalar" || textOf(node) !== undefined);
}
