// A Secret in words: its keys, never their values.
import { type KubeObject, text } from "../object.ts";
import { bytesText, secretKeys } from "../secret.ts";
import { block, type Lines, pairs, table } from "./text.ts";

export function describeSecret(object: KubeObject): Lines {
  const rows = secretKeys(object).map(({ key, bytes }) => [key, bytesText(bytes)]);
  return [
    ...pairs([["Type", text(object, "type")]]),
    ...block("Data", rows.length === 0 ? [] : table(["KEY", "SIZE"], rows), "none"),
  ];
}
