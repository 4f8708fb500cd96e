import { messageJobs, messageSchedules } from './messages/jobs.ts';
import type { Job, Schedule } from './platform/queue.ts';
import { recordJobs, recordSchedules } from './record/jobs.ts';
import type { Services } from './web/services.ts';

/** Every job, and what runs when, in one list. Times are UTC. */
export const jobs = (services: Services): Job[] => [...messageJobs(services), ...recordJobs(services)];
export const schedules: Schedule[] = [...messageSchedules, ...recordSchedules];
