import type { Job, Schedule } from '../../platform/queue.ts';
import type { Services } from '../../web/services.ts';
import { likenessJob, likenessSchedules } from './likeness.ts';
import { retentionJob, retentionSchedules } from './retention.ts';
import { tellParentJob } from './tell-parent.ts';

export const reviewJobs = (services: Services): Job[] => [tellParentJob(services), retentionJob(services), likenessJob(services)] as Job[];
export const reviewSchedules: Schedule[] = [...retentionSchedules, ...likenessSchedules];
