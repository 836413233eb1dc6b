// CMP004: what a Compose service refers to and the file does not have.
import type { ComposeFile, ComposeService } from "../../syntax/compose.ts";
import { nearest } from "../../syntax/nearest.ts";
import {
  booleanOf,
  entriesOf,
  entryOf,
  isNull,
  itemsOf,
  nodeAt,
  type SyntaxNode,
  textOf,
} from "../../syntax/node.ts";
import type { Problem } from "../../syntax/problem.ts";
import type { Rule } from "../rule.ts";

export const cmp004: Rule = {
  id: "CMP004",
  title: "Services, volumes, networks and secrets that are referred to must be there",
  severity: "error",
  why: "Compose refuses the whole file when a service refers to something that is not declared in it.",
  source: "https://docs.docker.com/reference/compose-file/services/",
  appliesTo: "compose",
  good: `services:
  llm:
    image: registry.example/llm:1
    volumes:
      - models:/models
volumes:
  models:
`,
  bad: `services:
  llm:
    image: registry.example/llm:1
    depends_on: [«fetch»]
    volumes:
      - «model:/models»
volumes:
  models:
`,
  *check(file, _text, path) {
    if (!isWhole(file, path)) return;
    for (const service of file.services) {
      yield* dependencies(file, service);
      yield* named(file, service, "networks", ["default"]);
      yield* named(file, service, "secrets");
      yield* named(file, service, "configs");
      yield* volumes(file, service);
    }
  },
};

/** A file that is laid over another (compose.gpu.yaml), or includes others, has only a part of the names. */
function isWhole({ root, services }: ComposeFile, path: string): boolean {
  if (!/(?:^|\/)(?:docker-)?compose\.ya?ml$/i.test(path) || !isNull(nodeAt(root, "include"))) return false;
  return services.every(
    ({ node }) =>
      ["image", "build", "provider"].some((key) => !isNull(nodeAt(node, key))) &&
      isNull(nodeAt(node, "extends")),
  );
}

function declared({ root }: ComposeFile, section: string): string[] {
  return entriesOf(nodeAt(root, section)).map(({ key }) => key.text);
}

function problem(at: SyntaxNode, what: string, name: string, names: readonly string[]): Problem[] {
  if (names.includes(name) || /[${]/.test(name)) return [];
  const meant = nearest(name, names);
  const hint = meant ? `; "${meant}" may be meant` : "";
  return [{ at, message: `There is no ${what} "${name}" in this file${hint}: Compose refuses it.` }];
}

function* dependencies(file: ComposeFile, { node }: ComposeService): Iterable<Problem> {
  const names = [...declared(file, "services"), ...declared(file, "jobs")];
  const listed = nodeAt(node, "depends_on");
  for (const item of itemsOf(listed)) yield* problem(item, "service", textOf(item) ?? "", names);
  for (const { key, value } of entriesOf(listed))
    if (booleanOf(nodeAt(value, "required")) !== false) yield* problem(key, "service", key.text, names);
}

/** `networks`, `secrets` or `configs`: a list of names, of maps with a source, or a map by name. */
function* named(
  file: ComposeFile,
  { node }: ComposeService,
  section: "networks" | "secrets" | "configs",
  implied: readonly string[] = [],
): Iterable<Problem> {
  const names = [...declared(file, section), ...implied];
  const what = section.slice(0, -1);
  const used = nodeAt(node, section);
  for (const item of itemsOf(used)) {
    const place = item.kind === "map" ? nodeAt(item, "source") : item;
    const name = textOf(place);
    if (place && name !== undefined) yield* problem(place, what, name, names);
  }
  for (const { key } of entriesOf(used)) yield* problem(key, what, key.text, names);
}

function* volumes(file: ComposeFile, { node }: ComposeService): Iterable<Problem> {
  const names = declared(file, "volumes");
  for (const item of itemsOf(nodeAt(node, "volumes"))) {
    if (item.kind === "map") {
      const source = entryOf(item, "source");
      const name = textOf(source?.value);
      if (source && name !== undefined && textOf(nodeAt(item, "type")) === "volume")
        yield* problem(source.value, "volume", name, names);
      continue;
    }
    const [, name] = /^([A-Za-z0-9][\w.-]*):\/?[^\\]/.exec(textOf(item) ?? "") ?? [];
    // One letter is a drive of Windows.
    if (name !== undefined && name.length > 1) yield* problem(item, "volume", name, names);
  }
}
