// LNT025: settings of the node's kernel.
import { itemsOf, nodeAt, textOf } from "../../syntax/node.ts";
import type { Rule } from "../rule.ts";

export const lnt025: Rule = {
  id: "LNT025",
  title: "A pod sets only what is its own in the kernel",
  severity: "warning",
  profile: "strict",
  aliases: ["unsafe-sysctls"],
  why: "A kubelet refuses a pod with a sysctl that is not safe, unless it was told to allow it, and the setting may hold for the whole node.",
  source: "https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/#safe-and-unsafe-sysctls",
  appliesTo: "pod",
  good: `apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  securityContext:
    sysctls:
      - name: net.ipv4.ip_local_port_range
        value: 1024 65535
  containers:
    - name: app
      image: registry.example/app:1
`,
  bad: `apiVersion: v1
kind: Pod
metadata:
  name: app
spec:
  securityContext:
    sysctls:
      - name: «kernel.msgmax»
        value: "65536"
  containers:
    - name: app
      image: registry.example/app:1
`,
  *check(pod) {
    for (const item of itemsOf(nodeAt(pod.spec, "securityContext", "sysctls"))) {
      const at = nodeAt(item, "name");
      const name = textOf(at)?.replaceAll("/", ".");
      if (at && name !== undefined && !SAFE.has(name))
        yield {
          at,
          message: `The kubelet refuses ${name} unless it was told to allow it: the pod fails with SysctlForbidden.`,
        };
    }
  },
};

/** As of Kubernetes 1.32. */
const SAFE = new Set([
  "kernel.shm_rmid_forced",
  "net.ipv4.ip_local_port_range",
  "net.ipv4.tcp_syncookies",
  "net.ipv4.ping_group_range",
  "net.ipv4.ip_unprivileged_port_start",
  "net.ipv4.ip_local_reserved_ports",
  "net.ipv4.tcp_keepalive_time",
  "net.ipv4.tcp_fin_timeout",
  "net.ipv4.tcp_keepalive_intvl",
  "net.ipv4.tcp_keepalive_probes",
  "net.ipv4.tcp_rmem",
  "net.ipv4.tcp_wmem",
]);
