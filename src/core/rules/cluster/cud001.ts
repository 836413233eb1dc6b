// CUD001: CUDA of an image that is newer than the drivers of the nodes.
import { oldestDriver } from "../../gpu/cudaVersions.ts";
import { cudaOfImage } from "../../image/cudaImage.ts";
import { acceleratorAmounts } from "../../kube/live/fitness.ts";
import { driverOf } from "../../gpu/nodeDriver.ts";
import { spanOf } from "../../syntax/lines.ts";
import { nodeAt } from "../../syntax/node.ts";
import { exampleCluster, exampleNode } from "../clusterExamples.ts";
import type { Rule } from "../rule.ts";

export const cud001: Rule = {
  id: "CUD001",
  title: "The driver of the nodes runs the CUDA of the image",
  severity: "warning",
  why: "Programs built for a major version of CUDA need at least the driver that came with it, or the compatibility package in the image and a data center GPU. With an older driver they end with: CUDA driver version is insufficient for CUDA runtime version.",
  source: "https://docs.nvidia.com/deploy/cuda-compatibility/",
  appliesTo: "cluster",
  cluster: exampleCluster({
    nodes: {
      value: [
        exampleNode({
          labels: {
            "nvidia.com/cuda.driver-version.full": "535.183.06",
            "nvidia.com/cuda.driver-version.major": "535",
          },
        }),
      ],
    },
  }),
  good: `apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
  containers:
    - name: main
      image: nvidia/cuda:12.4.1-base-ubuntu22.04
      resources:
        limits:
          nvidia.com/gpu: 1
`,
  bad: `apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
  containers:
    - name: main
      image: «nvidia/cuda:13.0.2-base-ubuntu24.04»
      resources:
        limits:
          nvidia.com/gpu: 1
`,
  *check(object, cluster) {
    for (const { able, pod, needs } of cluster.fitness(object)) {
      if (acceleratorAmounts(needs).length === 0) continue;
      for (const { image, node } of pod.containers) {
        const cuda = cudaOfImage(image);
        const oldest = cuda && oldestDriver(cuda);
        const at = nodeAt(node, "image");
        if (oldest === undefined || !at) continue;
        const drivers = able.flatMap((one) => driverOf(one.labels) ?? []);
        const old = drivers.filter(({ major }) => major < Number(oldest));
        if (old.length === 0) continue;
        const versions = [...new Set(old.map(({ text }) => text))].toSorted().slice(0, 3).join(", ");
        const all = old.length === able.length;
        const who = all
          ? "the nodes that can take it have"
          : `${old.length} of ${able.length} nodes that can take it have`;
        yield {
          at: spanOf(at),
          message: `CUDA ${cuda?.major} needs driver ${oldest} or newer; ${who} ${versions}.`,
        };
      }
    }
  },
};
