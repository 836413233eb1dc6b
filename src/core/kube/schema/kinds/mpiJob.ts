// MPIJob of the training operator (v1) and of the MPI operator (v2beta1).
import type { OwnKind } from "../ownKind.ts";
import { replicaSpecs, runPolicy } from "../shapes/kubeflow.ts";

export const mpiJob: OwnKind = {
  group: "kubeflow.org",
  versions: ["v2beta1", "v1"],
  kind: "MPIJob",
  source: "https://github.com/kubeflow/mpi-operator/tree/v0.6.0/manifests/base",
  fields: {
    "spec!": {
      cleanPodPolicy: "text",
      launcherCreationPolicy: "AtStartup|WaitForWorkersReady",
      mainContainer: "text",
      mpiImplementation: "OpenMPI|Intel|MPICH",
      "mpiReplicaSpecs!": replicaSpecs,
      runLauncherAsWorker: "flag",
      runPolicy,
      slotsPerWorker: "whole",
      sshAuthMountPath: "text",
    },
  },
};
