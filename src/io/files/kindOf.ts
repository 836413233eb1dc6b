// What stands at a path, as far as it can be seen.
import { statSync } from "node:fs";

/** Links are followed; undefined for nothing, for what is neither, and where one may not look. */
export function kindOf(path: string): "file" | "folder" | undefined {
  try {
    const status = statSync(path, { throwIfNoEntry: false });
    if (status?.isDirectory()) return "folder";
    return status?.isFile() ? "file" : undefined;
  } catch {
    return undefined;
  }
}
