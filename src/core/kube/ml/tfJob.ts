// TFJob: training with TensorFlow, by Kubeflow's training operator.
import { kubeflowJob } from "../kubeflowJob.ts";

export const tfJob = kubeflowJob("TFJob", "tfjobs", "tfReplicaSpecs");
