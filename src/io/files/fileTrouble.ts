// What went wrong with a path, in one sentence.
import { causeText } from "../../base/log.ts";
import { Trouble } from "../../base/trouble.ts";

/** The trouble to report for an error of the file system; a Trouble stays as it is. */
export function troubleOf(path: string, error: unknown): Trouble {
  if (Trouble.is(error)) return error;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT" || code === "ENOTDIR")
    return new Trouble("not-found", `${path} is not there; check the path.`, { cause: error });
  if (code === "EACCES" || code === "EPERM")
    return new Trouble("denied", `${path} may not be read; check its permissions.`, { cause: error });
  if (code === "ELOOP")
    return new Trouble("bad-input", `${path} is a link that leads back to itself.`, { cause: error });
  return new Trouble("failed", `${path} could not be read: ${causeText(error)}.`, { cause: error });
}
