// The programs of a current Docker engine, found where SLIPWAY_DOCKER_ENGINE says or built from Go modules, and the
// client that talks to it.
//
// dockerd brings BuildKit, the containerd image store and CDI. Its own containerd and runc are built too, because
// a distribution's are often too old for it ("namespace time does not exist" from an old runc).
import { existsSync } from "node:fs";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { cached, hasEntry } from "../cache.ts";
import { findProgram } from "../command.ts";
import { type Found, reasonOf } from "../found.ts";
import { findGo, installGoProgram } from "../goBuild.ts";

const engineVersion = "2.0.0-beta.24";
const moby = "github.com/moby/moby/v2";
/** What `docker version` shows; without it the engine calls itself "dev". */
const engineLdflags = `-X ${moby}/dockerversion.Version=${engineVersion}`;

const enginePrograms = ["dockerd", "docker-proxy", "containerd", "containerd-shim-runc-v2", "runc"];

export type DockerBinaries = {
  /** dockerd, docker-proxy, containerd, its shim, runc: first in dockerd's PATH. */
  engineFolder: string;
  /** nvidia-cdi-hook alone, so that an engine "without a toolkit" is one without this folder in its PATH. */
  toolkitFolder: string;
  /** docker-buildx, as in a Docker configuration folder's cli-plugins. */
  pluginFolder: string;
  /** docker-compose, likewise; apart, for a client without it. */
  composeFolder: string;
  /** The `docker` client. */
  client: string;
};

const parts = {
  engine: {
    version: `moby-${engineVersion}_containerd-2.4.2_runc-1.5.2`,
    build: buildEngine,
  },
  toolkit: {
    version: "1.20.1",
    build: (folder: string) =>
      install(folder, "github.com/NVIDIA/nvidia-container-toolkit/cmd/nvidia-cdi-hook@v1.20.1"),
  },
  plugins: {
    version: "buildx-0.38.2",
    build: async (folder: string) => {
      await install(folder, "github.com/docker/buildx/cmd/buildx@v0.38.2", {
        ldflags: "-X github.com/docker/buildx/version.Version=v0.38.2",
      });
      await rename(join(folder, "buildx"), join(folder, "docker-buildx"));
    },
  },
};

/** The last that can be built with one command: later ones exclude versions of what they need. */
const compose = {
  version: "5.0.2",
  build: async (folder: string) => {
    await install(folder, "github.com/docker/compose/v5/cmd@v5.0.2", {
      ldflags: "-X github.com/docker/compose/v5/internal.Version=v5.0.2",
    });
    await rename(join(folder, "cmd"), join(folder, "docker-compose"));
  },
};

/** The folder that SLIPWAY_DOCKER_ENGINE names, if it holds a whole engine; it has to know CDI and BuildKit. */
function wholeEngine(): string | undefined {
  const folder = process.env["SLIPWAY_DOCKER_ENGINE"];
  return folder && enginePrograms.every((program) => existsSync(join(folder, program))) ? folder : undefined;
}

/** The current engine's programs; the first build takes about five minutes. */
export async function findDockerBinaries(): Promise<Found<DockerBinaries>> {
  const client = findProgram("docker");
  if (!client) return { available: false, reason: "the docker client is not installed (Debian: docker.io)" };
  try {
    return {
      available: true,
      engineFolder:
        wholeEngine() ?? (await cached("docker-engine", parts.engine.version, parts.engine.build)),
      toolkitFolder: await cached("docker-toolkit", parts.toolkit.version, parts.toolkit.build),
      pluginFolder: await cached("docker-plugins", parts.plugins.version, parts.plugins.build),
      composeFolder: await cached("docker-compose", compose.version, compose.build),
      client,
    };
  } catch (error) {
    return { available: false, reason: `the Docker engine could not be built: ${reasonOf(error)}` };
  }
}

/** Whether the programs are there without a build. */
export function hasDockerBinaries(): boolean {
  return (
    (wholeEngine() !== undefined || hasEntry("docker-engine", parts.engine.version)) &&
    hasEntry("docker-toolkit", parts.toolkit.version) &&
    hasEntry("docker-plugins", parts.plugins.version) &&
    hasEntry("docker-compose", compose.version)
  );
}

async function buildEngine(folder: string): Promise<void> {
  // Said before the long builds: without the header, runc fails only after minutes.
  if (!existsSync("/usr/include/seccomp.h")) {
    throw new Error("the header seccomp.h is not installed (Debian: libseccomp-dev)");
  }
  for (const program of ["dockerd", "docker-proxy"]) {
    await install(folder, `${moby}/cmd/${program}@v${engineVersion}`, { ldflags: engineLdflags });
  }
  for (const program of ["containerd", "containerd-shim-runc-v2"]) {
    await install(folder, `github.com/containerd/containerd/v2/cmd/${program}@v2.4.2`);
  }
  await install(folder, "github.com/opencontainers/runc@v1.5.2", {
    tags: "seccomp",
    ldflags: "-X main.version=1.5.2",
    cgo: true,
  });
}

async function install(
  folder: string,
  program: string,
  options: { tags?: string; ldflags?: string; cgo?: boolean } = {},
): Promise<void> {
  await installGoProgram({ go: await needGo(), folder, program, ...options });
}

async function needGo(): Promise<string> {
  const found = await findGo();
  if ("reason" in found) throw new Error(found.reason);
  return found.go;
}
