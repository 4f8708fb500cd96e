import { randomUUIDv7 } from 'node:crypto';
import { calendarDay, longDay } from '../../src/core/time.ts';
import { addDays, weekdayOf } from '../../src/schedule/index.ts';
import { layAgreement, twoTwoFiveFive } from '../support/agreements.ts';
import type { Client } from '../support/client.ts';
import { staffAt } from '../support/photos.ts';
import { type RunningWorld, runningWorld } from '../support/running-world.ts';

export type ActivitiesWorld = RunningWorld & {
  office: Client;
  gate: Client;
  /** The office of the school of the other family. */
  hillview: Client;
};

/** "Monday 9 March 2026" */
export const long = (day: string): string => longDay(calendarDay(day));

export const today = new Date().toISOString().slice(0, 10);
/** The next day of this weekday that is not today. */
export const next = (weekday: number, weeks = 0): string => {
  let day = addDays(today, 1);
  while (weekdayOf(day) !== weekday) day = addDays(day, 1);
  return addDays(day, weeks * 7);
};
/** A Monday some time ago. */
export const anchor = addDays(next(1), -7 * 20);

/** Two families, with an agreement about the first one's time: Amara has Mondays and Tuesdays, Daniel Wednesdays and Thursdays. */
export async function activitiesWorld(): Promise<ActivitiesWorld> {
  const running = await runningWorld((database, { familyId, ines, theo, amara, daniel }) =>
    layAgreement(
      database,
      { familyId, children: [ines, theo], askedBy: amara.parentId },
      { layer: 'regular', from: anchor, terms: twoTwoFiveFive(amara.parentId, daniel.parentId, anchor) },
    ),
  );
  const { database, app, world } = running;
  const signedIn = async (...who: Parameters<typeof staffAt>) => app.signedIn((await staffAt(...who)).email);
  return {
    ...running,
    office: await signedIn(database, world.school, 'office', 'Meera Shah', 'meera@stbrigids.example'),
    gate: await signedIn(database, world.school, 'gate', 'Tom Byrne', 'tom@stbrigids.example'),
    hillview: await signedIn(database, world.otherSchool, 'admin', 'Alex Head', 'head@hillview.example'),
  };
}

export const terms = (more: Record<string, string | string[]> = {}) => ({
  name: 'Choir',
  weekdays: ['4'],
  startsAt: '15:30',
  endsAt: '16:15',
  startsOn: today,
  endsOn: '',
  place: 'School hall',
  cost: '',
  ...more,
});

/** Adds an activity through the form, and gives its address. */
export async function add(client: Client, child: string, more: Record<string, string | string[]> = {}): Promise<string> {
  await client.get('/activities/new');
  const answer = await client.submit('/activities/new', { ...terms(more), child });
  if (answer.status !== 303) throw new Error(`not added: ${answer.status} ${client.text().slice(0, 600)}`);
  return answer.location!.split('?')[0]!;
}

export const anyId = (): string => randomUUIDv7();
