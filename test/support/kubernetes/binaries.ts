// The Kubernetes programs: KUBEBUILDER_ASSETS when it has all of them, else the cache, else built from Go modules.
import { existsSync } from "node:fs";
import { readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cached, hasEntry } from "../cache.ts";
import { runCommand } from "../command.ts";
import { type Found, reasonOf } from "../found.ts";
import { buildGoModule, findGo, installGoProgram } from "../goBuild.ts";

/** The version in binary/go.mod; a change there needs the same change here. */
export const kubernetesVersion = "1.34.4";
const kwokVersion = "0.8.0";
const kwokStages = [
  "node/fast/node-initialize",
  "node/heartbeat-with-lease/node-heartbeat-with-lease",
  "pod/fast/pod-ready",
  "pod/fast/pod-complete",
  "pod/fast/pod-delete",
];

const programs = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kubelet",
  "kubectl",
];
/** The folder that holds the programs under their own names. The first build takes about five minutes. */
export async function findKubernetes(): Promise<Found<{ folder: string }>> {
  const assets = wholeAssets();
  if (assets) return { available: true, folder: assets };
  try {
    return { available: true, folder: await cached("kubernetes", kubernetesVersion, buildKubernetes) };
  } catch (error) {
    return { available: false, reason: `Kubernetes could not be built: ${reasonOf(error)}` };
  }
}

/** Whether the programs are there without a build. */
export function hasKubernetes(): boolean {
  return wholeAssets() !== undefined || hasEntry("kubernetes", kubernetesVersion);
}

/** KUBEBUILDER_ASSETS, if it holds everything; envtest's archives have neither controllers nor a kubelet. */
function wholeAssets(): string | undefined {
  const assets = process.env["KUBEBUILDER_ASSETS"];
  return assets && programs.every((program) => existsSync(join(assets, program))) ? assets : undefined;
}

/** kwok, which plays nodes and pods by the thousand; the first build takes one to three minutes. */
export async function findKwok(): Promise<Found<{ program: string; stagesPath: string }>> {
  try {
    const folder = await cached("kwok", kwokVersion, buildKwok);
    return { available: true, program: join(folder, "kwok"), stagesPath: join(folder, "stages.yaml") };
  } catch (error) {
    return { available: false, reason: `kwok could not be built: ${reasonOf(error)}` };
  }
}

/** The program, and from its module the stages that say how nodes and pods come, live and go. */
async function buildKwok(folder: string): Promise<void> {
  const go = await needGo();
  const module = `sigs.k8s.io/kwok@v${kwokVersion}`;
  await installGoProgram({ go, folder, program: module.replace("@", "/cmd/kwok@") });
  const downloaded = JSON.parse(
    await runCommand(go, ["mod", "download", "-json", module], { cwd: folder }),
  ) as {
    Dir: string;
  };
  const stages = kwokStages.map((stage) =>
    readFile(join(downloaded.Dir, "kustomize/stage", `${stage}.yaml`), "utf8"),
  );
  await writeFile(join(folder, "stages.yaml"), (await Promise.all(stages)).join("\n---\n"));
}

async function buildKubernetes(folder: string): Promise<void> {
  const [major, minor] = kubernetesVersion.split(".");
  const version = "k8s.io/component-base/version";
  await buildGoModule({
    go: await needGo(),
    module: fileURLToPath(new URL("binary", import.meta.url)),
    output: join(folder, "kubernetes"),
    ldflags: `-X ${version}.gitVersion=v${kubernetesVersion} -X ${version}.gitMajor=${major} -X ${version}.gitMinor=${minor}`,
  });
  for (const program of programs) await symlink("kubernetes", join(folder, program));
}

async function needGo(): Promise<string> {
  const found = await findGo();
  if ("reason" in found) throw new Error(found.reason);
  return found.go;
}
