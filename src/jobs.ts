import { accountJobs, accountSchedules } from './accounts/jobs.ts';
import { activityJobs, activitySchedules } from './activities/jobs.ts';
import { messageJobs, messageSchedules } from './messages/jobs.ts';
import { onboardingJobs, onboardingSchedules } from './onboarding/jobs.ts';
import { photoJobs, photoSchedules } from './photos/jobs.ts';
import { reviewJobs, reviewSchedules } from './photos/review/jobs.ts';
import type { Job, Schedule } from './platform/queue.ts';
import { recordJobs, recordSchedules } from './record/jobs.ts';
import { requestJobs, requestSchedules } from './schedule/requests/jobs.ts';
import { schoolJobs, schoolSchedules } from './schools/jobs.ts';
import type { Services } from './web/services.ts';

/** Every job, and what runs when, in one list. Times are UTC. */
export const jobs = (services: Services): Job[] => [
  ...accountJobs(services),
  ...activityJobs(services),
  ...messageJobs(services),
  ...onboardingJobs(services),
  ...recordJobs(services),
  ...photoJobs(services),
  ...reviewJobs(services),
  ...requestJobs(services),
  ...schoolJobs(services),
];
export const schedules: Schedule[] = [
  ...accountSchedules,
  ...activitySchedules,
  ...messageSchedules,
  ...onboardingSchedules,
  ...recordSchedules,
  ...photoSchedules,
  ...reviewSchedules,
  ...requestSchedules,
  ...schoolSchedules,
];
