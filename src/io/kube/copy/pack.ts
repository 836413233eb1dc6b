// A file or folder of this machine as an archive, a piece at a time.
import { constants } from "node:fs";
import { lstat, open, opendir, readlink } from "node:fs/promises";
import { join } from "node:path";
import { Trouble } from "../../../base/trouble.ts";
import { staysInside } from "../../../core/kube/copy/names.ts";
import { tarEnd, tarHeader, tarPadding } from "../../../core/kube/copy/tarHeader.ts";
import { troubleOf } from "../../files/fileTrouble.ts";
import { type CopySums, leaveOut, type OnCopied } from "./transfer.ts";

/** What `kubectl exec` sends at once. */
const CHUNK_BYTES = 32 * 1024;

/**
 * @param path a file or folder, which the archive calls `content`.
 * @throws Trouble for what can't be read.
 */
export async function* packed(
  path: string,
  sums: CopySums,
  onCopied: OnCopied,
): AsyncGenerator<Uint8Array, void> {
  yield* entries(path, []);
  yield tarEnd();

  async function* entries(at: string, parts: string[]): AsyncGenerator<Uint8Array, void> {
    const status = await lstat(at).catch((error: unknown) => {
      throw troubleOf(at, error);
    });
    const name = ["content", ...parts].join("/");
    const base = { name, size: 0, mtimeMs: status.mtimeMs, isExecutable: true };
    if (status.isDirectory()) {
      yield tarHeader({ ...base, type: "folder" });
      for await (const { name: child } of await opened(at))
        yield* entries(join(at, child), [...parts, child]);
    } else if (status.isSymbolicLink()) {
      const target = (await readlink(at)).replaceAll("\\", "/");
      if (staysInside(parts, target)) yield tarHeader({ ...base, type: "link", target });
      else leaveOut(sums, parts.join("/"));
    } else if (status.isFile()) {
      yield* file(at, name);
      sums.files += 1;
      onCopied(sums);
    } else leaveOut(sums, parts.join("/"));
  }

  async function* file(at: string, name: string): AsyncGenerator<Uint8Array, void> {
    // One that became a link since is not followed.
    const handle = await open(at, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0)).catch(
      (error: unknown) => {
        throw troubleOf(at, error);
      },
    );
    try {
      const { size, mode, mtimeMs } = await handle.stat();
      yield tarHeader({ name, type: "file", size, mtimeMs, isExecutable: (mode & 0o111) !== 0 });
      for await (const chunk of piecesOf(handle, size, at)) {
        yield chunk;
        sums.bytes += chunk.length;
        onCopied(sums);
      }
      const padding = tarPadding(size);
      if (padding > 0) yield new Uint8Array(padding);
    } finally {
      await handle.close();
    }
  }
}

type Handle = Awaited<ReturnType<typeof open>>;

/** Exactly so many bytes of a file, in an array that is the reader's until it asks for more. @throws Trouble */
export async function* piecesOf(
  handle: Handle,
  size: number,
  path: string,
): AsyncGenerator<Uint8Array, void> {
  const buffer = new Uint8Array(CHUNK_BYTES);
  let left = size;
  while (left > 0) {
    const { bytesRead } = await handle.read(buffer, 0, Math.min(left, buffer.length));
    if (bytesRead === 0)
      throw new Trouble("conflict", `${path} became shorter while it was copied: copy it again.`);
    left -= bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

async function opened(at: string): Promise<AsyncIterable<{ name: string }>> {
  try {
    return await opendir(at);
  } catch (error) {
    throw troubleOf(at, error);
  }
}
