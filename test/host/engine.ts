// The engine that the host suite builds on: a real one when it can be had, else an address where none answers.
import { requireEngine } from "../support/availability.ts";
import { startDocker } from "../support/docker/engine.ts";
import { findPythonImage, loadPythonImage, pythonImage } from "../support/pythonImage.ts";

export interface HostEngine {
  env: Record<string, string>;
  stop(): Promise<void>;
}

export async function hostEngine(): Promise<HostEngine> {
  // The suite must not touch the clusters and engines of the person who runs it.
  const none = { KUBECONFIG: "/nonexistent/kubeconfig" };
  const found = await requireEngine("docker");
  if (!found.available) {
    return {
      env: { ...none, DOCKER_HOST: "unix:///nonexistent/docker.sock" },
      async stop() {},
    };
  }
  const docker = await startDocker({ gpu: "cdi" });
  const python = await findPythonImage();
  if (python.available) await loadPythonImage((...args) => docker.docker(...args), python.archive);
  const env = { SLIPWAY_HOST_DOCKER: "1", ...(python.available ? { SLIPWAY_HOST_PYTHON: pythonImage } : {}) };
  return { env: { ...none, ...docker.env, ...env }, stop: () => docker.stop() };
}
