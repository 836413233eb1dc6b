// PaddleJob: training with PaddlePaddle, by Kubeflow's training operator.
import { kubeflowJob } from "../kubeflowJob.ts";

export const paddleJob = kubeflowJob("PaddleJob", "paddlejobs", "paddleReplicaSpecs");
