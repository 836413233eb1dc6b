// Kubernetes' own Go modules, fetched once by `go` into its module cache.
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";

/** The folder of `module@version`. @throws when Go is missing or the module can't be had. */
export function moduleFolder(module: string, version: string): string {
  const text = execFileSync("go", ["mod", "download", "-json", `${module}@v${version}`], {
    cwd: tmpdir(),
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  const { Dir } = JSON.parse(text) as { Dir: string };
  return Dir;
}
