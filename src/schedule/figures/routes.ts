import type { ParentUser } from '../../core/actor.ts';
import { NotFound } from '../../core/errors.ts';
import { localTime } from '../../core/time.ts';
import type { FamilyView } from '../../families/index.ts';
import type { Problem } from '../../web/form.ts';
import { paths } from '../../web/paths.ts';
import { file, page } from '../../web/reply.ts';
import { parentOnly, Routes, type Visit } from '../../web/route.ts';
import type { Services } from '../../web/services.ts';
import { familyWithMarks } from '../handovers/store.ts';
import type { KnownCalendars } from '../read-calendars.ts';
import { countTime } from './count-time.ts';
import { marksUntil } from './figures-for.ts';
import { figuresPage, refusedPage } from './pages.ts';
import { type Period, periodProblem, type Preset, presetPeriod } from './period.ts';
import { FiguresQuery, FileQuery } from './schema.ts';
import { nightsFile, totalsFile } from './write-files.ts';

type Asked = { period?: Preset | undefined; from?: string | undefined; until?: string | undefined };

/** What is missing of a period is this month's. */
function periodOf(asked: Asked, today: string): { period: Period; preset: Preset | null } {
  if (asked.period) return { period: presetPeriod(asked.period, today), preset: asked.period };
  if (!asked.from && !asked.until) return { period: presetPeriod('this-month', today), preset: 'this-month' };
  return { period: { from: asked.from ?? asked.until!, until: asked.until ?? asked.from! }, preset: null };
}

/** Whatever was asked for, no mark of a later day than this is looked at: what was asked may not be a day at all. */
const furthest = Date.UTC(2100, 0, 3);

export function figureRoutes({ db }: Services, calendars: KnownCalendars): Routes {
  const routes = new Routes();

  const read = (actor: ParentUser, until: number) => calendars.readWith(db, familyWithMarks, actor, null, [until]);

  const refuse = (family: FamilyView, typed: Partial<Period>, problems: Problem[]) =>
    page('schedule/figures/figures', refusedPage(family, { from: typed.from ?? '', until: typed.until ?? '' }, problems), 422);

  routes.get(paths.figures, parentOnly, async ({ actor, query }) => {
    const asked = query(FiguresQuery);
    const { family, calendars: days } = await read(actor, asked.ok && asked.value.until ? marksUntil(asked.value.until) : furthest);
    if (!asked.ok) return refuse(family, asked.typed, asked.problems);
    const now = new Date();
    const { period, preset } = periodOf(asked.value, localTime(now, family.timeZone).isoDay);
    const problem = periodProblem(period);
    if (problem) return refuse(family, period, [problem]);
    const figures = countTime(family, days, family.made, period, now.getTime());
    return page('schedule/figures/figures', figuresPage({ family, reader: actor.parentId, figures, preset, now }));
  });

  routes.get(paths.figuresFile, parentOnly, async ({ actor, query }: Visit<ParentUser>) => {
    const asked = query(FileQuery);
    if (!asked.ok) throw new NotFound();
    const { family, calendars: days } = await read(actor, asked.value.until ? marksUntil(asked.value.until) : furthest);
    const now = new Date();
    const { period } = periodOf(asked.value, localTime(now, family.timeZone).isoDay);
    const problem = periodProblem(period);
    if (problem) return refuse(family, period, [problem]);
    const figures = countTime(family, days, family.made, period, now.getTime());
    const content = asked.value.lines === 'nights' ? nightsFile(family, figures) : totalsFile(family, figures, now);
    return file(Buffer.from(content), 'text/csv; charset=utf-8', 'Figures.csv');
  });
  return routes;
}
