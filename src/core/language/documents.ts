// The documents of a YAML file, read within a budget: an editor asks for them on the thread that extensions share.
import type { SyntaxNode } from "../syntax/node.ts";
import { parseYaml } from "../syntax/yaml.ts";
import { parseSimpleYaml } from "../syntax/yamlSimple.ts";
import { yamlSlices } from "../syntax/yamlSlices.ts";

export interface PlacedDocument {
  readonly root: SyntaxNode;
  /** Where the text begins that the places of `root` refer to. */
  readonly start: number;
}

/** UTF-16 units. The quick parser reads that much in some 20 ms. */
const MOST_LENGTH = 512 * 1024;
/** The full parser, which all that is unusual needs, reads that much in about as long. */
const MOST_FULLY_READ = 32 * 1024;

/** Those that can be read, in their order, each when it is asked for; none of a text that is too long. */
export function* documents(text: string): Iterable<PlacedDocument> {
  if (text.length > MOST_LENGTH) return;
  let budget = MOST_FULLY_READ;
  for (const { start, end } of yamlSlices(text)) {
    const slice = text.slice(start, end);
    const simple = parseSimpleYaml(slice);
    if (simple) {
      yield { root: simple, start };
      continue;
    }
    budget -= slice.length;
    if (budget < 0) continue;
    for (const { root } of parseYaml(slice)) if (root) yield { root, start };
  }
}
