// A Compose file: its services with their places.
import { entriesOf, type MapEntry, type MapNode, nodeAt, type SyntaxNode } from "./node.ts";

export interface ComposeService {
  readonly key: MapEntry["key"];
  readonly node: MapNode;
}

export interface ComposeFile {
  readonly root: SyntaxNode | undefined;
  /** Those that are maps, in the order of the text. */
  readonly services: readonly ComposeService[];
}

/** What is no Compose file has no services. */
export function composeFile(root: SyntaxNode | undefined): ComposeFile {
  const services = entriesOf(nodeAt(root, "services")).flatMap(({ key, value }) =>
    value.kind === "map" ? [{ key, node: value }] : [],
  );
  return { root, services };
}
