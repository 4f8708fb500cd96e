import type { ChildId, ParentId } from '../../../src/core/ids.ts';
import { addDays, handoversOf, instantOf, overnights, timeline, weekdayOf } from '../../../src/schedule/engine/index.ts';
import { KnownCalendars } from '../../../src/schedule/read-calendars.ts';
import { layAgreement, twoTwoFiveFive } from '../../support/agreements.ts';
import type { Client } from '../../support/client.ts';
import { type RunningWorld, runningWorld } from '../../support/running-world.ts';
import type { Person } from '../../support/world.ts';

export const zone = 'Europe/London';
export const today = (): string => Temporal.Now.plainDateISO(zone).toString();
/** A weekday (Monday is 1) at least a fortnight ahead, and so many weeks after that. */
export const ahead = (weekday: number, weeks = 0): string => {
  const start = addDays(today(), 14 + weeks * 7);
  return addDays(start, (weekday - weekdayOf(start) + 7) % 7);
};
/** A Monday so many weeks from this one. */
export const monday = (weeks: number): string => addDays(today(), weeks * 7 + 1 - weekdayOf(today()));
/** The Monday with which the family's 2-2-5-5 began. */
export const anchor = monday(-52);

export type RequestsWorld = RunningWorld & {
  /** Who has a child, day by day, from one until another: a text that two calendars can be compared by. */
  calendarOf: (child: ChildId, from: string, until: string) => Promise<string>;
  holderAt: (child: ChildId, day: string, clock?: string) => Promise<ParentId | 'third-party' | null>;
  nightsOf: (child: ChildId, person: Person, from: string, until: string) => Promise<number>;
};

/** Amara and Daniel with 2-2-5-5 agreed a year ago; Nour and Sam with nothing. */
export async function requestsWorld(): Promise<RequestsWorld> {
  const running = await runningWorld((database, { familyId, ines, theo, amara, daniel }) =>
    layAgreement(
      database,
      { familyId, children: [ines, theo], askedBy: amara.parentId },
      { layer: 'regular', from: anchor, terms: twoTwoFiveFive(amara.parentId, daniel.parentId, anchor) },
    ),
  );
  const { database, world } = running;
  const timelineOf = async (child: ChildId, from: string, until: string) => {
    const { calendars } = await new KnownCalendars().read(database.db, world.amara, world.familyId);
    return timeline(calendars.get(child)!, instantOf(from, '00:00', zone), instantOf(until, '00:00', zone));
  };
  return {
    ...running,
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
  };
}

/** Fills in the form of a kind and sends it; gives the address of the request. */
export async function ask(client: Client, kind: string, values: Record<string, string | string[]>): Promise<string> {
  await client.get(`/requests/new/${kind}`);
  const answer = await client.submit(`/requests/new/${kind}`, values);
  if (answer.status !== 303) throw new Error(`${kind} was not asked: ${answer.status}\n${client.text().slice(0, 1500)}`);
  return answer.location!;
}

/** The id of a request, from its address. */
export const idOf = (at: string): string => at.split('/')[2]!;

export const answer = async (client: Client, at: string, yes: boolean, note = '') => {
  await client.get(at);
  return client.submit(`${at}/answer`, { answer: yes ? 'yes' : 'no', note });
};

/** Moves the time to answer of a request, which nobody can do by way of the program. */
export async function respondByIs({ database }: RequestsWorld, at: string, when: string): Promise<void> {
  await database.admin.query('begin');
  await database.admin.query('set local session_replication_role = replica');
  await database.admin.query(`update parley.requests set respond_by = ${when}, made_at = least(made_at, ${when} - interval '1 hour') where id = $1`, [
    idOf(at),
  ]);
  await database.admin.query('commit');
}
