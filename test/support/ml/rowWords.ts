// What a row says, without its age: health and description.
import { groupRows } from "../../../src/core/kube/grouping.ts";
import type { ObjectRow } from "../../../src/core/kube/row.ts";
import { objectFace } from "../../../src/ui/rows/kube/row.ts";

const alone = groupRows([]);

export function rowWords(row: ObjectRow): string {
  const { description = "" } = objectFace({ ...row, createdMs: 0 }, alone, 0);
  return `${row.health}: ${description}`;
}
