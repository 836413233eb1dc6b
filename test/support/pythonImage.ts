// An image with Python and a current JupyterLab, made from Debian's and Python's packages without a registry, and
// named as the official Python image, so that the Dockerfiles that Slipway writes build on it.
import { copyFile, mkdir, rm, symlink } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { cached, hasEntry } from "./cache.ts";
import { findProgram, runCommand } from "./command.ts";
import type { Found } from "./found.ts";
import { writeArchive } from "./images.ts";

/** The name that the Dockerfiles of Slipway begin with. */
export const pythonImage = "python:3.12-bookworm";
const entry = { name: "python-image", version: "bookworm-jupyterlab-4-v1" };

/** Whether the archive is there without being made. */
export function hasPythonImage(): boolean {
  return hasEntry(entry.name, entry.version);
}

/** The archive of its files, for `docker import`; made once per machine, which takes about three minutes. */
export async function findPythonImage(): Promise<Found<{ archive: string }>> {
  if (process.getuid?.() !== 0) return { available: false, reason: "an image with Python is made as root" };
  if (!hasPythonImage() && !findProgram("debootstrap")) {
    return { available: false, reason: "debootstrap is not installed (Debian: debootstrap)" };
  }
  try {
    const folder = await cached(entry.name, entry.version, build);
    return { available: true, archive: join(folder, "image.tar") };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { available: false, reason: `the image with Python could not be made: ${reason}` };
  }
}

/** Puts the image into an engine. */
export async function loadPythonImage(
  docker: (...args: string[]) => Promise<string>,
  archive: string,
): Promise<void> {
  const path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  await docker("import", "--change", `ENV ${path}`, "--change", 'CMD ["python3"]', archive, pythonImage);
}

/** Writes it as `docker save` would, for the container runtime of a node. */
export async function writePythonArchive(archive: string, path: string): Promise<void> {
  const work = `${path}.work`;
  await mkdir(work, { recursive: true });
  await copyFile(archive, join(work, "layer.tar"));
  await writeArchive(work, path, pythonImage, { command: ["python3"] });
  await rm(work, { recursive: true, force: true });
}

async function build(folder: string): Promise<void> {
  const root = join(folder, "root");
  await runCommand("debootstrap", [
    "--variant=minbase",
    "--include=python3,python3-pip,ca-certificates,procps",
    "bookworm",
    root,
  ]);
  // What this machine trusts, so that pip reaches whatever registry it is led to.
  const certificates = "/etc/ssl/certs/ca-certificates.crt";
  await mkdir(join(root, "etc/ssl/certs"), { recursive: true });
  if (existsSync(certificates)) await copyFile(certificates, join(root, certificates));
  await copyFile("/etc/resolv.conf", join(root, "etc/resolv.conf"));
  await symlink("python3", join(root, "usr/bin/python"));
  // The official image lets pip install for the whole system.
  await rm(join(root, "usr/lib/python3.11/EXTERNALLY-MANAGED"), { force: true });
  const env = { ...process.env, PIP_CERT: certificates, PIP_FIND_LINKS: undefined, HOME: "/root" };
  await runCommand(
    "chroot",
    [root, "python3", "-m", "pip", "install", "--no-cache-dir", "jupyterlab==4.*", "ipykernel", "ipywidgets"],
    { env },
  );
  await rm(join(root, "var/cache/apt"), { recursive: true, force: true });
  await rm(join(root, "var/lib/apt/lists"), { recursive: true, force: true });
  await mkdir(join(root, "var/lib/apt/lists/partial"), { recursive: true });
  await runCommand("tar", ["--numeric-owner", "-C", root, "-cf", join(folder, "image.tar"), "."]);
  await rm(root, { recursive: true, force: true });
}
