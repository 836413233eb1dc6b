// An object as a text to be changed, and the object that a changed text means.
import { readManifest } from "./manifest.ts";
import { type KubeObject, record, text } from "./object.ts";
import { yamlOf } from "./yamlText.ts";

/** The server's own: they change by themselves, and what is written there counts for nothing. */
const BOOKKEEPING = [
  "managedFields",
  "resourceVersion",
  "uid",
  "generation",
  "creationTimestamp",
  "selfLink",
];

/** Annotations that are kept as they are: kubectl's copy of what it applied, and what controllers note down. */
const KEPT =
  /^(kubectl\.kubernetes\.io\/last-applied-configuration|deployment\.kubernetes\.io\/.+|deprecated\.daemonset\.template\.generation)$/;

/** Without status and the server's bookkeeping, so that it is the same as long as nobody changes the object. */
export function editText(object: KubeObject): string {
  const { status: _, metadata: __, apiVersion, kind, ...rest } = object;
  const metadata = Object.fromEntries(
    Object.entries(record(object, "metadata")).filter(([key]) => !BOOKKEEPING.includes(key)),
  );
  const annotations = Object.entries(record(metadata, "annotations")).filter(([key]) => !KEPT.test(key));
  if (annotations.length > 0) metadata["annotations"] = Object.fromEntries(annotations);
  else delete metadata["annotations"];
  return yamlOf({ apiVersion, kind, metadata, ...rest });
}

/** @param base which the text was made from: the result replaces that version of that object and no other. */
export function editedObject(source: string, base: KubeObject): { object: KubeObject } | { problem: string } {
  const manifest = readManifest(source);
  if ("problem" in manifest) return manifest;
  const [edited] = manifest.objects;
  if (!edited || manifest.objects.length !== 1) return { problem: "There is more than one object in it." };
  for (const [what, path] of [
    ["apiVersion", ["apiVersion"]],
    ["kind", ["kind"]],
    ["metadata.name", ["metadata", "name"]],
    ["metadata.namespace", ["metadata", "namespace"]],
  ] as const) {
    const [is, was] = [text(edited.object, ...path), text(base, ...path)];
    if (is !== was)
      return {
        problem: `${what} was ${was ?? "not there"} and can't be changed: apply it as another object.`,
      };
  }
  const kept = Object.entries(record(base, "metadata", "annotations")).filter(([key]) => KEPT.test(key));
  const annotations = { ...record(edited.object, "metadata", "annotations"), ...Object.fromEntries(kept) };
  const metadata = {
    ...record(edited.object, "metadata"),
    annotations,
    uid: text(base, "metadata", "uid"),
    resourceVersion: text(base, "metadata", "resourceVersion"),
  };
  return { object: { ...edited.object, metadata } };
}
