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
const entry = { name: "python-image", version: "bookworm-jupyterlab-4-v2" };

/** Whether the archive is there without being made. */
export function hasPythonImage(): boolean {
  return hasEntry(entry.name, entry.version);
}

/** The image as `docker save` writes it; made once per machine, which takes about three minutes. */
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

/** Puts the image into an engine. Its layer is not packed: what packs and unpacks it takes twenty seconds. */
export async function loadPythonImage(
  docker: (...args: string[]) => Promise<string>,
  archive: string,
): Promise<void> {
  await docker("load", "--input", archive);
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
  const work = join(folder, "work");
  await mkdir(work);
  await runCommand("tar", ["--numeric-owner", "-C", root, "-cf", join(work, "layer.tar"), "."]);
  await rm(root, { recursive: true, force: true });
  await writeArchive(work, join(folder, "image.tar"), pythonImage, { command: ["python3"] });
  await rm(work, { recursive: true });
}
