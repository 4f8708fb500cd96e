import { addDays } from '../../src/schedule/index.ts';
import type { HolidayRule } from '../../src/schedule/terms.ts';
import { layAgreement, twoTwoFiveFive } from '../support/agreements.ts';
import { type RunningWorld, runningWorld } from '../support/running-world.ts';
import type { World } from '../support/world.ts';

/** A Monday from which Daniel has Monday and Tuesday, Amara Wednesday and Thursday, and the weekends alternate, his first. */
export const anchor = '2025-12-29';

/** Mothering Sunday with Amara, from ten to six. */
export const motheringSunday = (world: World): HolidayRule => ({
  label: 'Mothering Sunday',
  on: { kind: 'mothers-day' },
  method: 'fixed',
  evenYears: world.amara.parentId,
  oddYears: world.amara.parentId,
  from: '10:00',
  until: '18:00',
  untilNextDay: false,
  splitAt: null,
  secondOn: null,
  attachToWeekend: false,
  place: { kind: 'kerbside', label: 'The library steps' },
});

/** The two families of the tests; the first with a schedule, a holiday, a camp of one child, school days and swimming, the second with nothing. */
export const calendarWorld = (): Promise<RunningWorld> =>
  runningWorld(async (database, world) => {
    const both = { familyId: world.familyId, children: [world.ines, world.theo], askedBy: world.daniel.parentId };
    await layAgreement(database, both, { layer: 'regular', from: anchor, terms: twoTwoFiveFive(world.daniel.parentId, world.amara.parentId, anchor) });
    await layAgreement(database, both, { layer: 'holiday', from: anchor, terms: { country: 'GB', region: 'ENG', rules: [motheringSunday(world)] } });
    await layAgreement(
      database,
      { ...both, children: [world.theo] },
      {
        layer: 'change',
        from: '2026-06-13T09:00Z',
        until: '2026-06-14T15:00Z',
        holder: null,
        label: 'Beaver camp',
        place: { kind: 'third-party', label: 'The scout hut' },
      },
    );
    await database.admin.query(`update parley.families set country = 'GB', region = 'ENG'`);
    await database.admin.query(
      `insert into parley.school_periods (school_id, kind, name, during) values
         ($1, 'term', 'Spring term', '[2026-01-05,2026-03-27]'), ($1, 'break', 'February half-term', '[2026-02-16,2026-02-20]'),
         ($1, 'term', 'Summer term', '[2026-04-13,2026-07-21]'), ($1, 'closed', 'Staff training', '[2026-06-26,2026-06-26]')`,
      [world.school],
    );
    await database.admin.query(
      `update parley.activities set weekdays = '{2}', starts_at = '17:00', ends_at = '18:00', place = 'Mill Road pool', starts_on = '2026-01-01', ends_on = '2026-12-31' where id = $1`,
      [world.swimming],
    );
  });

/** A day of a page's list, as it is read: the heading, then each line. */
export function agendaOf(html: string, day: string): { small: string; lines: string[] } | null {
  const found = new RegExp(`<li class="agenda__day" id="d-${day}">([\\s\\S]*?)(?=<li class="agenda__day"|</ol>)`).exec(html)?.[1];
  if (found === undefined) return null;
  return {
    small: plain(/<small[^>]*>([\s\S]*?)<\/small>/.exec(found)![1]!),
    lines: [...found.matchAll(/<li class="agenda__item">([\s\S]*?)<\/li>/g)].map(([, line]) => plain(line!)),
  };
}

/** A cell of a page's grid: what is heard of its date, what stands beside it, and its lines. */
export function cellOf(html: string, day: string): { spoken: string; note: string; lines: string[]; css: string; ribbons: string[][] } | null {
  const cell = [...html.matchAll(/<td([^>]*)>([\s\S]*?)<\/td>/g)].find(([, , inside]) => inside!.includes(`/calendar/day/${day}"`));
  if (!cell) return null;
  const [, attributes, inside] = cell as unknown as [string, string, string];
  return {
    css: /class="([^"]*)"/.exec(attributes)?.[1] ?? '',
    spoken: plain(/<span class="vh">([\s\S]*?)<\/span>/.exec(inside)![1]!),
    note: plain(/<span class="cal__note">([\s\S]*?)<\/span>/.exec(inside)?.[1] ?? ''),
    lines: [...inside.matchAll(/<p class="cal__ask">[\s\S]*?<span class="long">([\s\S]*?)<\/span>|<li>([\s\S]*?)<\/li>/g)].map(([, ask, line]) =>
      plain((ask ?? line)!),
    ),
    ribbons: [...inside.matchAll(/<div class="ribbon"[^>]*>([\s\S]*?)<\/div>/g)].map(([, ribbon]) =>
      [...ribbon!.matchAll(/<span class="seg ([^"]*)"/g)].map(([, css]) => css!),
    ),
  };
}

const plain = (html: string): string =>
  html
    .replace(/<svg[\s\S]*?<\/svg>/g, ' ')
    .replace(/<[^>]*>/g, '')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
    .trim();

export const allDays = (month: string): string[] => {
  const days: string[] = [];
  for (let day = `${month}-01`; day.startsWith(month); day = addDays(day, 1)) days.push(day);
  return days;
};
