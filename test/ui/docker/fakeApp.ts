// The app as Docker's commands and view see it, over an engine whose things and answers a test sets.
import type { App } from "../../../src/app/app.ts";
import { Builds, type BuildTools } from "../../../src/app/jobs/build.ts";
import { Containers } from "../../../src/app/stores/containers.ts";
import type { ContainerEngine } from "../../../src/app/stores/containers/ports.ts";
import { Problems } from "../../../src/app/stores/problems.ts";
import { silentLog } from "../../../src/base/log.ts";
import { abortError, onAbort } from "../../../src/base/signal.ts";
import { Trouble } from "../../../src/base/trouble.ts";
import type { EngineFacts } from "../../../src/core/image/gpuSupport.ts";
import { containerFrom, imageFrom } from "../../../src/core/image/objects.ts";
import { manualClock } from "../../manualClock.ts";

export interface FakeDocker {
  app: App;
  clock: ReturnType<typeof manualClock>;
  containers: object[];
  images: object[];
  facts: EngineFacts;
  /** What nvidia-smi or a shell's `command -v` prints. */
  execute: { exitCode: number; output: string };
  /** Set: the engine is away, with this sentence. */
  away: string | undefined;
  /** What the engine was told to do. */
  did: string[];
  buildLines: string[];
  buildExit: number;
  changed(): void;
}

export function fakeDocker(): FakeDocker {
  let emit: (() => void) | undefined;
  const fake: Omit<FakeDocker, "app"> = {
    clock: manualClock(1_000_000_000_000),
    containers: [],
    images: [],
    facts: {
      apiVersion: "1.56",
      operatingSystem: "Debian",
      runtimes: ["runc"],
      cdiFolders: ["/etc/cdi"],
      devices: ["nvidia.com/gpu=0", "nvidia.com/gpu=1", "nvidia.com/gpu=all"],
    },
    execute: { exitCode: 0, output: "" },
    away: undefined,
    did: [],
    buildLines: [],
    buildExit: 0,
    changed: () => emit?.(),
  };
  const ping = async () => {
    if (fake.away !== undefined) throw new Trouble("unreachable", fake.away);
  };
  const tell = (what: string) => async () => void fake.did.push(what);
  const engine: ContainerEngine = {
    ping,
    facts: async () => fake.facts,
    containers: async () => fake.containers.map(containerFrom).filter((one) => one !== undefined),
    images: async () => fake.images.map(imageFrom).filter((one) => one !== undefined),
    events(onOpen, onEvent, signal) {
      onOpen();
      emit = () => {
        onEvent({ kind: "container", id: "", action: "start" });
        onEvent({ kind: "image", id: "", action: "tag" });
      };
      return new Promise((_resolve, reject) => onAbort(signal, () => reject(abortError())));
    },
    inspect: async () => ({}),
    start: (id) => tell(`start ${id}`)(),
    stop: (id) => tell(`stop ${id}`)(),
    removeContainer: (id) => tell(`remove container ${id}`)(),
    removeImage: (name) => tell(`remove image ${name}`)(),
    tag: (image, name) => tell(`tag ${image} ${name}`)(),
    async run(options) {
      fake.did.push(`run ${JSON.stringify(options)}`);
      return { id: "new", name: "brave_name" };
    },
    execute: async () => fake.execute,
    publishedHost: async () => undefined,
    terminal: async (id, argv) => ({ argv: ["docker", "exec", "-it", id, ...argv], env: {} }),
    async logs(_id, _options, onText) {
      await onText("line\n");
    },
  };
  const registry = {
    push: (name: string) => tell(`push ${name}`)(),
    pull: (name: string) => tell(`pull ${name}`)(),
  };
  const tools: BuildTools = {
    builder: async () => "buildx-text",
    ping,
    read: async () => "FROM base\nRUN false\n",
    async run(line, onLine) {
      fake.did.push(`docker ${line.args.join(" ")}`);
      for (const text of fake.buildLines) onLine(text);
      return { exitCode: fake.buildExit, ms: 4200 };
    },
    ignoreFile: async () => undefined,
    contextPlace: async () => ({ kind: "absent" }),
    searchContext: async () => ({ unreadable: [], misnamed: [] }),
    image: async () => ({ id: "sha256:1", sizeBytes: 4_200_000 }),
  };
  const problems = new Problems();
  const app = {
    clock: fake.clock,
    log: silentLog,
    problems,
    containers: new Containers(engine, registry, fake.clock, silentLog),
    builds: new Builds(tools, problems, fake.clock, silentLog),
  } as unknown as App;
  return Object.assign(fake, { app });
}
