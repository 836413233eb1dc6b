// PyTorchJob: training with PyTorch, by Kubeflow's training operator.
import { kubeflowJob } from "../kubeflowJob.ts";

export const pyTorchJob = kubeflowJob("PyTorchJob", "pytorchjobs", "pytorchReplicaSpecs");
