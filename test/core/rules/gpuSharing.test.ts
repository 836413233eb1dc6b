// GPU007 to GPU013 on the cases beside their examples: shares, slices, plugin configurations, devices by hand.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { gpus, only, pod, said } from "./found.ts";

const limits = (entries: string) => pod(`image: x\nresources: {limits: {${entries}}}`);
const inDaemonSet = (text: string) =>
  text
    .replace("apiVersion: v1\nkind: Pod\nmetadata: {name: pod}\nspec:\n", "")
    .replace(/^/gm, "    ")
    .replace(
      /^/,
      "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: a}\nspec:\n  selector: {matchLabels: {a: b}}\n  template:\n    metadata: {labels: {a: b}}\n    spec:\n",
    );

describe("GPU007", () => {
  it("says which two do not go together, and why", () => {
    const cases: [string, RegExp][] = [
      ["nvidia.com/gpu: 1, nvidia.com/mig-1g.10gb: 1", /whole GPUs or one MIG slice/],
      ["nvidia.com/mig-1g.10gb: 1, nvidia.com/mig-2g.20gb: 1", /one MIG slice in a process/],
      ["nvidia.com/gpu: 1, nvidia.com/gpu.shared: 1", /few do/],
      ["nvidia.com/gpu: 1, amd.com/gpu: 1", /two vendors/],
    ];
    for (const [entries, message] of cases) {
      assert.equal(said("GPU007", limits(entries)).length, 1);
      assert.match(said("GPU007", limits(entries))[0] ?? "", message);
    }
  });

  it("accepts one kind, none of another, and network devices beside", () => {
    for (const entries of [
      "nvidia.com/gpu: 4, rdma/hca: 1",
      "nvidia.com/gpu: 1, nvidia.com/hostdev: 1",
      "nvidia.com/gpu: 1, nvidia.com/mig-1g.10gb: 0",
      "nvidia.com/mig-1g.10gb: 1, memory: 8Gi",
    ])
      assert.deepEqual(only("GPU007", limits(entries)), [], entries);
  });
});

describe("GPU008", () => {
  it("looks at shares of whole GPUs and of slices, and no others", () => {
    assert.deepEqual(only("GPU008", limits('nvidia.com/gpu.shared: "3"')), ['"3"']);
    assert.deepEqual(only("GPU008", limits("nvidia.com/mig-1g.10gb.shared: 2")), ["2"]);
    assert.deepEqual(only("GPU008", limits("nvidia.com/mig-1g.10gb: 2")).join(), "");
    assert.deepEqual(only("GPU008", limits("nvidia.com/gpu.shared: 1")), []);
  });
});

describe("GPU009", () => {
  const configMap = (config: string, header = "|") =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  any: ${header}\n${config.trim().replace(/^/gm, "    ")}\n`;
  const sharing = (way: string, resource: string, more = "") =>
    configMap(`version: v1\n${more}sharing:\n  ${way}:\n    resources:\n    - ${resource}\n`);

  const wrong: [string, string, RegExp][] = [
    [sharing("timeSlicing", "{name: nvidia.com/gpu}"), "{name: nvidia.com/gpu}", /without replicas/],
    [sharing("timeSlicing", "{replicas: 4}"), "{replicas: 4}", /without a name/],
    [sharing("timeSlicing", "{name: amd.com/gpu, replicas: 4}"), "amd.com/gpu", /not amd\.com\/gpu/],
    [
      sharing("timeSlicing", "{name: nvidia.com/gpus, replicas: 4}"),
      "nvidia.com/gpus",
      /^warning There is no/,
    ],
    [
      sharing("timeSlicing", "{name: nvidia.com/gpu.shared, replicas: 4}"),
      "nvidia.com/gpu.shared",
      /no resource/,
    ],
    [
      sharing("timeSlicing", "{name: nvidia.com/mig-1g.11gb, replicas: 4}"),
      "nvidia.com/mig-1g.11gb",
      /No GPU has/,
    ],
    [
      sharing("timeSlicing", "{name: nvidia.com/mig-1g.5gb, replicas: 4}", "flags: {migStrategy: single}\n"),
      "nvidia.com/mig-1g.5gb",
      /needs "mixed"/,
    ],
    [
      sharing("mps", "{name: nvidia.com/gpu, replicas: 4}", "flags: {migStrategy: mixed}\n"),
      "mixed",
      /refuses/,
    ],
    [sharing("mps", "{name: mig-1g.5gb, replicas: 4}"), "mig-1g.5gb", /MPS can't share MIG/],
    [configMap("version: v2\nsharing:\n  timeSlicing: {resources: []}"), "v2", /version v1 only/],
    [
      configMap("version: v1\nsharing:\n  timeSlicing: {renameByDefault: true}"),
      "timeSlicing",
      /without resources/,
    ],
    [configMap("version: v1\nflags:\n  migStrategy: mix"), "mix", /none, single or mixed/],
    [configMap("version: v1\nsharing:\n  mps: {resources: []}\n  timeslices: {}"), "timeslices", /knows no/],
  ];
  for (const [text, place, message] of wrong)
    it(`finds ${place}`, () => {
      assert.deepEqual(only("GPU009", text), [`${place}`]);
      assert.match(said("GPU009", text).join(), message);
    });

  it("accepts what the plugin accepts", () => {
    for (const text of [
      sharing("timeSlicing", "{name: nvidia.com/gpu, replicas: 10}"),
      sharing("timeSlicing", "{name: gpu, replicas: 2, rename: gpu-small, devices: [0]}"),
      sharing("timeSlicing", "{name: nvidia.com/mig-1g.5gb, replicas: 2}", "flags: {migStrategy: mixed}\n"),
      sharing("timeslicing", "{name: nvidia.com/gpu, replicas: 2}"),
      sharing("mps", "{name: nvidia.com/gpu, replicas: 2}", "flags: {migStrategy: none}\n"),
      sharing(
        "timeSlicing",
        "{name: fast, replicas: 2}",
        'resources: {gpus: [{pattern: "*", name: fast}]}\n',
      ),
      configMap(
        'version: v1\nflags:\n  migStrategy: "none"\n  failOnInitError: true\n  plugin: {passDeviceSpecs: true}',
      ),
      configMap("sharing: of code\nx: y"),
      configMap("sharing:\n  enabled: true"),
      configMap("version: v1\nsharing:\n  timeSlicing:\n    resources: [", "|-"),
    ])
      assert.deepEqual(only("GPU009", text), [], text);
  });

  it("finds the place in a value that is written otherwise", () => {
    const text = `apiVersion: v1\nkind: ConfigMap\ndata: {any: "version: v1\\nsharing: {timeSlicing: {}}\\n"}\n`;
    assert.deepEqual(only("GPU009", text), ['"version: v1\\nsharing: {timeSlicing: {}}\\n"']);
  });

  it("reads the MIG manager's configuration too", () => {
    const mig = (spec: string) =>
      configMap(`version: v1\nmig-configs:\n  mine:\n  - devices: all\n${spec.replace(/^/gm, "    ")}`);
    const right = 'mig-enabled: true\nmig-devices:\n  "1g.10gb": 7';
    assert.deepEqual(only("GPU009", mig(right)), []);
    assert.deepEqual(
      only(
        "GPU009",
        mig('device-filter: ["0x2330"]\nmig-enabled: true\nmig-devices: {"1g.5gb+me": 1, "3g.20gb": 2}'),
      ),
      [],
    );
    assert.deepEqual(only("GPU009", mig("mig-enabled: false\nmig-devices: {}")), []);
    assert.deepEqual(only("GPU009", mig(right.replace("1g.10gb", "1g.11gb"))), ['"1g.11gb"']);
    assert.deepEqual(only("GPU009", mig(right.replace("1g.10gb", "1g.5gb.me"))), ['"1g.5gb.me"']);
    assert.deepEqual(only("GPU009", mig(right.replace("7", "8"))), ["mig-devices"]);
    assert.deepEqual(only("GPU009", mig(right.replace("true", "false"))), ["mig-devices"]);
    assert.deepEqual(only("GPU009", mig(right.replace("mig-enabled", "mig-enable"))), ["mig-enable"]);
  });
});

describe("GPU011", () => {
  const image = "image: nvidia/cuda:12.8.1-base-ubuntu24.04";
  const select = 'nodeSelector: {nvidia.com/gpu.product: "H100"}';
  const tolerate = "tolerations: [{key: nvidia.com/gpu, operator: Exists}]";

  it("speaks where image and node both speak of GPUs", () => {
    const affinity = (operator: string) =>
      `affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: nvidia.com/gpu.present, operator: ${operator}}]}]}}}`;
    for (const spec of [select, tolerate, "runtimeClassName: nvidia", affinity("Exists")])
      assert.equal(only("GPU011", pod(image, spec)).length, 1, spec);
    assert.deepEqual(only("GPU011", pod(image, affinity("DoesNotExist"))), []);
    assert.deepEqual(only("GPU011", pod(image)), []);
    assert.deepEqual(only("GPU011", pod(image, "tolerations: [{operator: Exists}]")), []);
    assert.deepEqual(only("GPU011", pod("image: registry.example/web:1", select)), []);
  });

  it("knows other ways to a GPU, and agents", () => {
    assert.deepEqual(only("GPU011", pod(`${image}\n${gpus(1)}`, select)), []);
    const claim = "resourceClaims: [{name: gpu, resourceClaimName: a}]";
    assert.deepEqual(
      only("GPU011", pod(`${image}\nresources: {claims: [{name: gpu}]}`, `${select}\n${claim}`)),
      [],
    );
    const fraction = pod(image, `${select}\nschedulerName: kai-scheduler`).replace(
      "{name: pod}",
      '{name: pod, labels: {kai.scheduler/queue: q}, annotations: {gpu-fraction: "0.5"}}',
    );
    assert.deepEqual(only("GPU011", fraction), []);
    assert.deepEqual(only("GPU011", inDaemonSet(pod(image, select))), []);
  });
});

describe("GPU013", () => {
  const path = (path: string) => pod("image: x", `volumes: [{name: a, hostPath: {path: ${path}}}]`);

  it("knows devices and driver files of GPUs", () => {
    for (const one of [
      "/dev/nvidia0",
      "/dev/nvidiactl",
      "/dev/dri",
      "/dev/dri/renderD128",
      "/dev/kfd",
      "/usr/local/nvidia",
      "/usr/lib/x86_64-linux-gnu/libcuda.so.1",
    ])
      assert.deepEqual(only("GPU013", path(one)), [`${one}`]);
    assert.match(said("GPU013", path("/dev/kfd")).join(), /amd\.com\/gpu: 1/);
  });

  it("says nothing of other paths, nor of agents", () => {
    for (const one of ["/dev/shm", "/dev/infiniband", "/mnt/nvidia", "/usr/lib", "/data/dev/nvidia0"])
      assert.deepEqual(only("GPU013", path(one)), []);
    assert.deepEqual(only("GPU013", inDaemonSet(path("/dev/nvidia0"))), []);
  });
});
