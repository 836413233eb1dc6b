// The rules in short: for each group how many there are, and what they are about.

/** By what the ids of a group start with, in the order of the table. */
const ABOUT: Readonly<Record<string, string>> = {
  GPU: "GPUs in pods: limits, resource names, MIG, sharing, shared memory",
  TRN: "training: retries, deadlines, gang scheduling, Ray, checkpoints",
  SRV: "model servers: probes, start and end, models over several GPUs, autoscaling",
  NET: "networks: RDMA, DNS",
  NBK: "notebooks",
  DRA: "device claims",
  KAI: "parts of GPUs by KAI and Volcano",
  KUB: "what the API server refuses, by the schema of a Kubernetes version",
  CLU: "what a connected cluster says: its dry run, nodes, quotas, limits, and the objects that are named",
  LNT: "Services, volumes, probes and budgets that do not go together; kube-linter's checks",
  PSA: "the Pod Security Standards, level by level",
  SEC: "images by digest",
  CMP: "Compose files",
  DEV: "dev containers",
  CUD: "CUDA in Dockerfiles: wheels, tags, caches, GPUs in builds",
  BKC: "BuildKit's own checks of Dockerfiles, as `docker build --check` has them",
  DKF: "commands, copies and packages in Dockerfiles; hadolint's checks",
};

export function ruleGroupsTable(rules: readonly { readonly id: string }[]): string {
  const counts = new Map<string, number>();
  for (const { id } of rules) counts.set(groupOf(id), (counts.get(groupOf(id)) ?? 0) + 1);
  const known = Object.keys(ABOUT).filter((group) => counts.has(group));
  const unknown = [...counts.keys()].filter((group) => !Object.hasOwn(ABOUT, group));
  if (unknown.length > 0) throw new Error(`Say in ruleGroups.ts what ${unknown.join(", ")} are about.`);
  const rows = known.map((group) => `| ${group} | ${counts.get(group)} | ${ABOUT[group]} |`);
  return ["| Rules | | About |", "|---|---|---|", ...rows].join("\n");
}

function groupOf(id: string): string {
  return id.replace(/\d+$/, "");
}
