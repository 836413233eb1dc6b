// MPIJob: training over MPI, by Kubeflow's training or MPI operator: the same words in both.
import { kubeflowJob } from "../kubeflowJob.ts";

export const mpiJob = kubeflowJob("MPIJob", "mpijobs", "mpiReplicaSpecs");
