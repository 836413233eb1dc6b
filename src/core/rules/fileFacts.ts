// What the other files of a workspace need to know of a file: its objects, what its Namespaces ask, what it defines.
import { isKustomization, kustomizationFacts } from "../kube/kustomization.ts";
import type { ObjectFacts } from "../kube/objectFacts.ts";
import type { KindSchema } from "../kube/schema/schema.ts";
import { yamlSlices } from "../syntax/yamlSlices.ts";
import { fileKind } from "./fileKind.ts";
import { type NamespacePolicies, namespacesOf } from "./podSecurityScope.ts";
import { definitionsIn } from "./schemaFacts.ts";
import { checkYaml, LARGE_LENGTH, type SliceCheck } from "./yamlCheck.ts";

export interface FileFacts {
  /** With forward slashes. */
  readonly path: string;
  readonly objects: readonly ObjectFacts[];
  readonly namespaces: NamespacePolicies;
  readonly definitions: readonly KindSchema[];
}

/** UTF-16 units: a longer file is not checked, and says nothing to others. */
const MAXIMUM_LENGTH = 2 * 1024 * 1024;

/** Nothing of a file that is no manifest, and of text that can't be read. It never throws. */
export function fileFacts(path: string, text: string): FileFacts | undefined {
  const slashed = path.replaceAll("\\", "/");
  if (isKustomization(slashed))
    return factsOf(slashed, text.length > LARGE_LENGTH ? [] : kustomizationFacts(slashed, text));
  if (fileKind(path, text) !== "kubernetes") return undefined;
  // A long file is asked for its definitions all the same: those of operators are.
  const objects = text.length > MAXIMUM_LENGTH ? [] : objectsOf(slashed, text);
  return factsOf(slashed, objects, namespacesOf(text), definitionsIn(text));
}

/** As `fileFacts`, of a file that has just been checked; what was known of a part that can't be read now is kept. */
export function checkedFacts(
  path: string,
  text: string,
  slices: ReadonlyMap<string, SliceCheck>,
  before: FileFacts | undefined,
): FileFacts | undefined {
  const slashed = path.replaceAll("\\", "/");
  if (isKustomization(slashed)) return fileFacts(path, text);
  if (fileKind(path, text) !== "kubernetes") return undefined;
  const checked = Array.from(slices.values());
  const isWhole = checked.every(({ objects }) => objects !== undefined);
  if (before && !isWhole) return before;
  const objects = checked.flatMap((slice) => (slice.objects ?? []).map(({ facts }) => facts));
  return factsOf(slashed, objects, namespacesOf(text), definitionsIn(text));
}

function factsOf(
  path: string,
  objects: readonly ObjectFacts[],
  namespaces: NamespacePolicies = new Map(),
  definitions: readonly KindSchema[] = [],
): FileFacts {
  return { path, objects, namespaces, definitions };
}

function objectsOf(path: string, text: string): ObjectFacts[] {
  const security = { namespaces: new Map() };
  return yamlSlices(text).flatMap(({ start, end }) => {
    const slice = text.slice(start, end);
    const { objects } = checkYaml(slice, { kind: "kubernetes", path, rules: [], security });
    return (objects ?? []).map(({ facts }) => facts);
  });
}
