// The volumes of a pod with where they come from.
import { isNull, itemsOf, type MapEntry, nodeAt, textOf } from "../../syntax/node.ts";
import type { ReviewedPod } from "./pod.ts";

export interface Volume {
  /** `Volume "data"`, at the start of a sentence. */
  readonly name: string;
  /** Everything beside the name. Without any the API server makes it an emptyDir. */
  readonly sources: readonly MapEntry[];
}

export function volumes({ pod }: ReviewedPod): Volume[] {
  return itemsOf(nodeAt(pod.map, "volumes")).flatMap((map) => {
    if (map.kind !== "map") return [];
    const name = textOf(nodeAt(map, "name"));
    return {
      name: name === undefined ? "A volume" : `Volume "${name}"`,
      sources: map.entries.filter((entry) => entry.key.text !== "name" && !isNull(entry.value)),
    };
  });
}
