// The pods by which Kubernetes tests its Pod Security admission, from their Go module, kept in the engines' cache.
import { readdirSync, readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isRequired } from "./availability.ts";
import { cached } from "./cache.ts";
import { runCommand } from "./command.ts";
import { type Found, reasonOf } from "./found.ts";
import { findGo } from "./goBuild.ts";

/** Of k8s.io/pod-security-admission: v0.37.x is Kubernetes 1.37. */
const moduleVersion = "0.37.2";

export interface PodSecurityFixture {
  level: "baseline" | "restricted";
  /** Of the policy's version 1.x. */
  minor: number;
  /** What the API server says of the pod. */
  verdict: "pass" | "fail";
  /** Name of the file without its ending: the control in lower case and a number. */
  name: string;
  text: string;
}

/** All of them; with SLIPWAY_REQUIRE=cluster it throws where they can't be had. */
export async function podSecurityFixtures(): Promise<Found<{ fixtures: PodSecurityFixture[] }>> {
  try {
    const folder = await cached("pod-security-fixtures", moduleVersion, collect);
    const text = await readFile(join(folder, "fixtures.json"), "utf8");
    return { available: true, fixtures: JSON.parse(text) as PodSecurityFixture[] };
  } catch (error) {
    const reason = `the fixtures of Pod Security could not be fetched: ${reasonOf(error)}`;
    if (isRequired("cluster")) throw new Error(`SLIPWAY_REQUIRE asks for cluster, but ${reason}`);
    return { available: false, reason };
  }
}

/** One file instead of 4,537, which is read in milliseconds. */
async function collect(folder: string): Promise<void> {
  const found = await findGo();
  if ("reason" in found) throw new Error(found.reason);
  const module = `k8s.io/pod-security-admission@v${moduleVersion}`;
  const answer = await runCommand(found.go, ["mod", "download", "-json", module], {
    cwd: folder,
    env: { ...process.env, GOFLAGS: "-mod=mod" },
  });
  const { Dir } = JSON.parse(answer) as { Dir: string };
  const root = join(Dir, "test", "testdata");
  const fixtures: PodSecurityFixture[] = [];
  for (const file of readdirSync(root, { recursive: true, encoding: "utf8" }).toSorted()) {
    const match = /^(baseline|restricted)[/\\]v1\.(\d+)[/\\](pass|fail)[/\\](.+)\.yaml$/.exec(file);
    if (!match) continue;
    const [, level, minor, verdict, name = ""] = match;
    fixtures.push({
      level: level as PodSecurityFixture["level"],
      minor: Number(minor),
      verdict: verdict as PodSecurityFixture["verdict"],
      name,
      text: readFileSync(join(root, file), "utf8"),
    });
  }
  if (fixtures.length === 0) throw new Error(`${module} holds no fixtures`);
  await writeFile(join(folder, "fixtures.json"), JSON.stringify(fixtures));
}
