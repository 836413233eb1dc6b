// Container images made here, without a registry: archives as `docker save` writes them, of Debian's busybox.
import { createHash } from "node:crypto";
import { chmod, copyFile, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { arch } from "node:os";
import { dirname, join } from "node:path";
import { findProgram, runCommand } from "./command.ts";

export type ImageConfig = {
  entrypoint?: string[];
  command?: string[];
  environment?: string[];
  /** More files: path in the image to content; all are made executable. */
  files?: Record<string, string>;
};

/** The small image of the tests: a shell and busybox's programs. */
export const boxImage = "slipway.test/box:1";

/** Whether images can be made here; busybox must be a static build, so it says what is missing. */
export function imagesUnavailable(): string | undefined {
  return findProgram("busybox") ? undefined : "busybox is not installed (Debian: busybox-static)";
}

/** Writes an archive with one image, for `docker load` and `ctr images import`. */
export async function writeBoxArchive(path: string, tag: string, config: ImageConfig): Promise<void> {
  const work = `${path}.work`;
  const root = join(work, "root");
  await fillRoot(root, config.files ?? {});
  const layer = join(work, "layer.tar");
  await tar(root, layer, ["."]);
  await writeArchive(work, path, tag, config);
  await rm(work, { recursive: true, force: true });
}

/** Packs the `layer.tar` that lies in the folder as an image. */
export async function writeArchive(
  work: string,
  path: string,
  tag: string,
  config: ImageConfig,
): Promise<void> {
  const layerDigest = createHash("sha256")
    .update(await readFile(join(work, "layer.tar")))
    .digest("hex");
  const image = JSON.stringify({
    architecture: arch() === "arm64" ? "arm64" : "amd64",
    os: "linux",
    created: "2026-01-01T00:00:00Z",
    config: {
      Env: [
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        ...(config.environment ?? []),
      ],
      ...(config.entrypoint ? { Entrypoint: config.entrypoint } : {}),
      Cmd: config.command ?? (config.entrypoint ? null : ["/bin/sh"]),
    },
    rootfs: { type: "layers", diff_ids: [`sha256:${layerDigest}`] },
    history: [{ created: "2026-01-01T00:00:00Z", created_by: "slipway tests" }],
  });
  const configName = `${createHash("sha256").update(image).digest("hex")}.json`;
  await writeFile(join(work, configName), image);
  const manifest = [{ Config: configName, RepoTags: [tag], Layers: ["layer.tar"] }];
  await writeFile(join(work, "manifest.json"), JSON.stringify(manifest));
  await tar(work, path, ["manifest.json", configName, "layer.tar"]);
}

async function fillRoot(root: string, files: Record<string, string>): Promise<void> {
  const busybox = findProgram("busybox");
  if (!busybox) throw new Error(imagesUnavailable());
  for (const folder of [
    "bin",
    "etc",
    "tmp",
    "root",
    "proc",
    "sys",
    "dev",
    "var",
    "usr/bin",
    "usr/local/bin",
  ]) {
    await mkdir(join(root, folder), { recursive: true });
  }
  await chmod(join(root, "tmp"), 0o1777);
  await copyFile(busybox, join(root, "bin/busybox"));
  for (const applet of (await runCommand(busybox, ["--list"])).split("\n")) {
    if (applet && applet !== "busybox") await symlink("/bin/busybox", join(root, "bin", applet));
  }
  await writeFile(
    join(root, "etc/passwd"),
    "root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000::/tmp:/bin/sh\n",
  );
  await writeFile(join(root, "etc/group"), "root:x:0:\nuser:x:1000:\n");
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content, { mode: 0o755 });
  }
}

async function tar(folder: string, output: string, names: readonly string[]): Promise<void> {
  await runCommand("tar", [
    "--owner=0",
    "--group=0",
    "--mtime=@0",
    "--sort=name",
    "-C",
    folder,
    "-cf",
    output,
    ...names,
  ]);
}
