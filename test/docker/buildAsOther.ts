// A process of its own that builds a folder: run with fewer rights than the tests, which as root may read everything.
// Arguments: the folder. Prints what a person would get, as JSON.
import { join } from "node:path";
import { Builds } from "../../src/app/jobs/build.ts";
import { Problems } from "../../src/app/stores/problems.ts";
import { systemClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import { never } from "../../src/base/signal.ts";
import { Trouble } from "../../src/base/trouble.ts";
import { DockerBuilder } from "../../src/io/docker/builder.ts";
import { Engine } from "../../src/io/docker/engine.ts";
import { Processes } from "../../src/io/process/processes.ts";

export interface OtherResult {
  /** Of a build that failed. */
  trouble?: string;
  warnings?: string[];
  log: string[];
}

const folder = process.argv[2] ?? "";
const engine = new Engine(() => process.env);
const builder = new DockerBuilder(new Processes(silentLog, () => process.env), engine);
const builds = new Builds(builder, new Problems(), systemClock, silentLog);
const result: OtherResult = { log: [] };
const watcher = { step() {}, log: (line: string) => void result.log.push(line) };
const options = { dockerfile: join(folder, "Dockerfile"), context: folder, tag: "test/other:1" };
try {
  ({ warnings: result.warnings } = await builds.build(options, watcher, never()));
} catch (error) {
  if (!Trouble.is(error)) throw error;
  result.trouble = error.text;
}
engine.dispose();
console.log(JSON.stringify(result));
