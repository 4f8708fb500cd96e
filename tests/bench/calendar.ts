import { randomUUIDv7 } from 'node:crypto';
import type pg from 'pg';
import { feedText } from '../../src/calendar/feeds/feed-text.ts';
import { KnownFamilies } from '../../src/calendar/index.ts';
import { familyDays } from '../../src/calendar/store.ts';
import type { ParentUser } from '../../src/core/actor.ts';
import type { AccountId, ChildId, FamilyId, ParentId } from '../../src/core/ids.ts';
import { openDatabase } from '../../src/platform/database.ts';
import { addDays, timeline } from '../../src/schedule/index.ts';
import type { HolidayRule } from '../../src/schedule/terms.ts';
import { layAgreement, twoTwoFiveFive } from '../support/agreements.ts';
import { ask, load, type Target } from './load.ts';
import type { Running } from './processes.ts';
import { insert } from './records.ts';
import { costRatios, interleave, speedRatios } from './rounds.ts';
import type { Figure } from './table.ts';
import { barePage, type Bench, type Measured } from './throughput.ts';
import type { Family } from './world.ts';

export type Scheduled = Family & { parents: { accountId: AccountId; parentId: ParentId }[]; children: ChildId[] };

const years = 5;
const activitiesOfChild = 3;

/** Gives a family three children and five years of what people agree: schedules that changed, breaks, holidays, swaps, travel, activities. */
export async function laySchedule(admin: pg.Client, family: Family): Promise<Scheduled> {
  const { rows: parents } = await admin.query<{ parentId: ParentId; accountId: AccountId }>(
    `select p.parent_id as "parentId", a.id as "accountId" from parley.family_parents p join parley.accounts a on a.parent_id = p.parent_id where p.family_id = $1 order by p.side`,
    [family.familyId],
  );
  const { rows: known } = await admin.query<{ id: ChildId; school: string }>(
    'select id, school_id as school from parley.children where family_id = $1 order by born_on',
    [family.familyId],
  );
  const school = known[0]!.school;
  const sam = randomUUIDv7() as ChildId;
  await insert(admin, 'parley.children', [
    { id: sam, family_id: family.familyId, given_name: 'Sam', surname: 'Okafor', born_on: '2022-03-03', school_id: school, created_at: new Date() },
  ]);
  const children = [...known.map(({ id }) => id), sam];
  const [a, b] = parents.map(({ parentId }) => parentId) as [ParentId, ParentId];
  const today = new Date().toISOString().slice(0, 10);
  const firstYear = Number(today.slice(0, 4)) - years + 1;
  const about = { familyId: family.familyId as FamilyId, children, askedBy: a };
  const other = { kind: 'other' as const, label: 'The library steps' };
  const mondayOf = (year: number): string => addDays(`${year}-01-01`, (8 - new Date(`${year}-01-01`).getUTCDay()) % 7);

  for (let year = firstYear; year < firstYear + years + 1; year += 1) {
    const during = { from: mondayOf(year), ...(year < firstYear + years ? { until: mondayOf(year + 1) } : {}) };
    const rule = (label: string, on: HolidayRule['on'], method: HolidayRule['method']): HolidayRule => ({
      label,
      on,
      method,
      evenYears: a,
      oddYears: b,
      from: '10:00',
      until: '18:00',
      untilNextDay: false,
      splitAt: method === 'split' ? '14:00' : null,
      secondOn: null,
      attachToWeekend: false,
      place: other,
    });
    await layAgreement(
      { admin } as Parameters<typeof layAgreement>[0],
      about,
      { layer: 'regular', terms: twoTwoFiveFive(a, b, mondayOf(year)), ...during },
      {
        layer: 'break',
        terms: {
          rules: ['Christmas', 'Easter', 'Summer', 'any'].map(name => ({ name, method: name === 'Summer' ? 'weeks' : 'split', evenYears: a, oddYears: b })),
          exchange: { time: '10:00', place: other },
        },
        ...during,
      },
      {
        layer: 'holiday',
        terms: {
          country: 'GB',
          region: 'ENG',
          rules: [
            rule('Mothering Sunday', { kind: 'mothers-day' }, 'fixed'),
            rule('Father’s Day', { kind: 'fathers-day' }, 'fixed'),
            rule('Christmas Day', { kind: 'public', name: 'Christmas Day' }, 'alternate'),
            rule('Good Friday', { kind: 'public', name: 'Good Friday' }, 'alternate'),
            ...children.map(childId => rule('Birthday', { kind: 'birthday', childId }, 'split')),
          ],
        },
        ...during,
      },
      ...Array.from({ length: 24 }, (_, index) => {
        const day = addDays(mondayOf(year), 5 + index * 14);
        return { layer: 'change' as const, from: `${day}T10:00Z`, until: `${day}T18:00Z`, holder: index % 2 === 0 ? a : b, label: 'Swap', place: other };
      }),
      ...[8, 32].map(week => ({
        layer: 'vacation' as const,
        from: `${addDays(mondayOf(year), week * 7)}T10:00Z`,
        until: `${addDays(mondayOf(year), week * 7 + 6)}T18:00Z`,
        holder: a,
        label: 'Travel',
      })),
    );
    await insert(
      admin,
      'parley.school_periods',
      [
        ['term', 'Autumn term', `${year}-09-02`, `${year}-12-18`],
        ['break', 'Half-term', `${year}-10-26`, `${year}-10-30`],
        ['break', 'Christmas', `${year}-12-19`, `${year + 1}-01-03`],
        ['term', 'Spring term', `${year}-01-05`, `${year}-03-26`],
        ['break', 'Easter', `${year}-03-27`, `${year}-04-12`],
        ['term', 'Summer term', `${year}-04-13`, `${year}-07-21`],
        ['break', 'Summer', `${year}-07-22`, `${year}-09-01`],
        ['closed', 'Staff training', `${year}-06-28`, `${year}-06-28`],
      ].map(([kind, name, from, until]) => ({ school_id: school, kind, name, during: `[${from},${until}]` })),
    );
  }
  await layActivities(admin, family.familyId, children, firstYear);
  return { ...family, parents, children };
}

async function layActivities(admin: pg.Client, familyId: string, children: readonly ChildId[], firstYear: number): Promise<void> {
  for (const childId of children) {
    for (let one = 0; one < activitiesOfChild; one += 1) {
      const id = randomUUIDv7();
      await insert(admin, 'parley.activities', [
        {
          id,
          family_id: familyId,
          child_id: childId,
          name: ['Swimming', 'Football', 'Choir'][one],
          weekdays: [one * 2 + 1],
          starts_at: '17:00',
          ends_at: '18:00',
          starts_on: `${firstYear}-01-01`,
          place: 'Mill Road pool',
          provider_name: 'Mill Road Club',
          created_at: new Date(),
        },
      ]);
      await insert(
        admin,
        'parley.activity_days',
        Array.from({ length: years * 6 }, (_, index) => ({
          activity_id: id,
          on_day: addDays(addDays(`${firstYear}-01-01`, one * 2 + ((8 - new Date(`${firstYear}-01-01`).getUTCDay()) % 7)), index * 56),
          kind: 'cancelled',
        })),
      );
    }
  }
}

const from = (running: Running, name: string, path: string, cookie: string): Target => ({
  name,
  origin: running.origin,
  pid: running.pid,
  status: 200,
  next: () => ({ method: 'GET', path, headers: { cookie } }),
});

/** The month page beside a bare page of as many bytes, and what the days themselves cost: in this process, by its own clock of the processor. */
export async function measureCalendar(bench: Bench, startBaseline: (pageBytes: number) => Promise<Running>): Promise<Measured> {
  const { world, subject, effort } = bench;
  const family = world.scheduled;
  const month = from(subject, 'month page, three children, five years', '/calendar', family.cookies[0]);
  const { body } = await ask(month);
  const cells = body.split('class="cal__date"').length - 1;
  if (cells !== 42 || !body.includes('Swimming')) throw new Error(`the month page shows ${cells} days`);
  const bare = { ...barePage(await startBaseline(Buffer.byteLength(body))), name: 'bare page of the bytes of the month' };
  const today = from(subject, 'today page of the same family', '/today', family.cookies[0]);
  const samples = await interleave([bare, month, today], effort.rounds, world.postmaster, target => load(target, effort.seconds, world.folder));
  return {
    samples,
    figures: [
      { what: `month page (${Buffer.byteLength(body)} bytes): cost / bare page`, values: costRatios(samples, month.name, bare.name), goal: 2.5 },
      { what: 'month page: speed / bare page', values: speedRatios(samples, month.name, bare.name) },
      { what: 'today page: cost / bare page of the month', values: costRatios(samples, today.name, bare.name) },
      ...(await measureDays(world.postgres.appUrl, family)),
    ],
  };
}

const dayMs = 86_400_000;
const cpuMs = (work: () => void): number => {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
};

async function measureDays(url: string, { parents, children, familyId }: Scheduled): Promise<Figure[]> {
  const db = openDatabase({ url, onIdleError: () => {} });
  try {
    const actor: ParentUser = { kind: 'user', ...parents[0]! };
    const found = (await new KnownFamilies().readIfAny(db, actor, familyDays, [0, 0]))!;
    const { family, facts } = found;
    if (family.familyId !== familyId) throw new Error('another family was read');
    const calendar = facts.calendars.get(children[0]!)!;
    const now = Date.now();
    const year = (): void => {
      if (timeline(calendar, now - 180 * dayMs, now + 185 * dayMs).length < 100) throw new Error('a year of days has almost no stretches');
    };
    const feed = (): void => {
      const text = feedText(
        {
          reader: actor.parentId,
          zone: family.timeZone,
          children: family.children,
          members: family.members,
          calendars: facts.calendars,
          activities: facts.activities,
          detail: 'full',
        },
        'secret',
        now,
      );
      if (text.split('BEGIN:VEVENT').length < 200) throw new Error('a feed of two years has almost no events');
    };
    // Once each beforehand: the first time is the compiler's and the library's of holidays.
    year();
    feed();
    return [
      { what: 'a full year of days for one child, processor time', values: Array.from({ length: 20 }, () => cpuMs(year)), goal: 5, unit: ' ms' },
      { what: 'a feed of two years, processor time', values: Array.from({ length: 20 }, () => cpuMs(feed)), goal: 50, unit: ' ms' },
    ];
  } finally {
    await db.close();
  }
}
