// Where an object stands, and how a sentence names it.
import { type Kind, kindWord } from "../../core/kube/kind.ts";

/** Which object a call is about. */
export interface ObjectPlace {
  kind: Kind;
  namespace: string | undefined;
  name: string;
}

/** `Pod web in namespace ml`. */
export function placeWords({ kind, namespace, name }: ObjectPlace): string {
  return `${kindWord(kind.kind)} ${name}${namespace === undefined ? "" : ` in namespace ${namespace}`}`;
}
