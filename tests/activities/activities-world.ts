import { randomUUIDv7 } from 'node:crypto';
import { addDays, weekdayOf } from '../../src/schedule/index.ts';
import { layAgreement, twoTwoFiveFive } from '../support/agreements.ts';
import { startApp, type TestApp } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { staffAt, type Staff } from '../support/photos.ts';
import { buildWorld, type World } from '../support/world.ts';

export type ActivitiesWorld = {
  database: TestDatabase;
  app: TestApp;
  world: World;
  amara: Client;
  daniel: Client;
  nour: Client;
  office: Client;
  gate: Client;
  /** The office of the school of the other family. */
  hillview: Client;
  close(): Promise<void>;
};

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
  const database = await cloneDatabase();
  const world = await buildWorld(database);
  const { amara, daniel, ines, theo, familyId } = world;
  await layAgreement(
    database,
    { familyId, children: [ines, theo], askedBy: amara.parentId },
    { layer: 'regular', from: anchor, terms: twoTwoFiveFive(amara.parentId, daniel.parentId, anchor) },
  );
  const app = await startApp(database);
  const office: Staff = await staffAt(database, world.school, 'office', 'Meera Shah', 'meera@stbrigids.example');
  const gate: Staff = await staffAt(database, world.school, 'gate', 'Tom Byrne', 'tom@stbrigids.example');
  const head: Staff = await staffAt(database, world.otherSchool, 'admin', 'Alex Head', 'head@hillview.example');
  const signedIn = (who: { email: string }) => app.signedIn(who.email);
  return {
    database,
    app,
    world,
    amara: await signedIn(amara),
    daniel: await signedIn(daniel),
    nour: await signedIn(world.nour),
    office: await signedIn(office),
    gate: await signedIn(gate),
    hillview: await signedIn(head),
    async close() {
      await app.close();
      await database.close();
    },
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
