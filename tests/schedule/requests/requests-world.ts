import type { ChildId, ParentId } from '../../../src/core/ids.ts';
import { addDays, handoversOf, instantOf, overnights, timeline, weekdayOf } from '../../../src/schedule/engine/index.ts';
import { KnownCalendars } from '../../../src/schedule/read-calendars.ts';
import { layAgreement, twoTwoFiveFive } from '../../support/agreements.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import type { Client } from '../../support/client.ts';
import { cloneDatabase, type TestDatabase } from '../../support/database.ts';
import { buildWorld, type Person, type World } from '../../support/world.ts';

export const zone = 'Europe/London';
export const today = (): string => Temporal.Now.plainDateISO(zone).toString();
/** A weekday (Monday is 1) at least a fortnight ahead, and so many weeks after that. */
export const ahead = (weekday: number, weeks = 0): string => {
  const start = addDays(today(), 14 + weeks * 7);
  return addDays(start, (weekday - weekdayOf(start) + 7) % 7);
};
/** The Monday with which the family's 2-2-5-5 began. */
export const anchor = addDays(today(), -364 + 1 - weekdayOf(today()));

export type RequestsWorld = {
  database: TestDatabase;
  app: TestApp;
  world: World;
  amara: Client;
  daniel: Client;
  nour: Client;
  rows: <Row extends object>(sql: string, values?: unknown[]) => Promise<Row[]>;
  /** Who has a child, day by day, from one until another: a text that two calendars can be compared by. */
  calendarOf: (child: ChildId, from: string, until: string) => Promise<string>;
  holderAt: (child: ChildId, day: string, clock?: string) => Promise<ParentId | 'third-party' | null>;
  nightsOf: (child: ChildId, person: Person, from: string, until: string) => Promise<number>;
  close: () => Promise<void>;
};

/** Amara and Daniel with 2-2-5-5 agreed a year ago; Nour and Sam with nothing. */
export async function requestsWorld(agreed = true): Promise<RequestsWorld> {
  const database = await cloneDatabase();
  const world = await buildWorld(database);
  if (agreed) {
    await layAgreement(
      database,
      { familyId: world.familyId, children: [world.ines, world.theo], askedBy: world.amara.parentId },
      { layer: 'regular', from: anchor, terms: twoTwoFiveFive(world.amara.parentId, world.daniel.parentId, anchor) },
    );
  }
  const app = await startApp(database);
  const amara = await app.signedIn(world.amara.email);
  const daniel = await app.signedIn(world.daniel.email);
  const nour = await app.signedIn(world.nour.email);
  const timelineOf = async (child: ChildId, from: string, until: string) => {
    const { calendars } = await new KnownCalendars().read(database.db, world.amara, world.familyId);
    return timeline(calendars.get(child)!, instantOf(from, '00:00', zone), instantOf(until, '00:00', zone));
  };
  return {
    database,
    app,
    world,
    amara,
    daniel,
    nour,
    rows: async <Row extends object>(sql: string, values: unknown[] = []) => (await database.admin.query<Row>(sql, values)).rows,
    async calendarOf(child, from, until) {
      const stretches = await timelineOf(child, from, until);
      return [stretches[0]?.holder, ...handoversOf(stretches).map(({ at, to }) => `${new Date(at).toISOString()} ${to}`)].join('\n');
    },
    async holderAt(child, day, clock = '12:00') {
      const { calendars } = await new KnownCalendars().read(database.db, world.amara, world.familyId);
      const at = instantOf(day, clock, zone);
      return timeline(calendars.get(child)!, at, at + 60_000)[0]!.holder;
    },
    async nightsOf(child, person, from, until) {
      return overnights(await timelineOf(child, from, addDays(until, 2)), zone, from, until).get(person.parentId) ?? 0;
    },
    async close() {
      await app.close();
      await database.close();
    },
  };
}

/** Fills in the form of a kind and sends it; gives the address of the request. */
export async function ask(client: Client, kind: string, values: Record<string, string | string[]>): Promise<string> {
  await client.get(`/requests/new/${kind}`);
  const answer = await client.submit(`/requests/new/${kind}`, values);
  if (answer.status !== 303) throw new Error(`${kind} was not asked: ${answer.status}\n${client.text().slice(0, 1500)}`);
  return answer.location!;
}
export const answer = async (client: Client, at: string, yes: boolean, note = '') => {
  await client.get(at);
  return client.submit(`${at}/answer`, { answer: yes ? 'yes' : 'no', note });
};

/** Moves the time to answer of a request, which nobody can do by way of the program. */
export async function respondByIs({ database }: RequestsWorld, at: string, when: string): Promise<void> {
  await database.admin.query('begin');
  await database.admin.query('set local session_replication_role = replica');
  await database.admin.query(`update parley.requests set respond_by = ${when}, made_at = least(made_at, ${when} - interval '1 hour') where id = $1`, [
    at.split('/')[2],
  ]);
  await database.admin.query('commit');
}
