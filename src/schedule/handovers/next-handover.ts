import { marksOpenBeforeMs } from '../../access/policy.ts';
import type { ParentUser } from '../../core/actor.ts';
import type { ChildId, ParentId } from '../../core/ids.ts';
import { localTime, startOfNextDay, weekdayAndDate } from '../../core/time.ts';
import type { FamilyView } from '../../families/index.ts';
import type { Queryable } from '../../platform/database.ts';
import type { Keyring } from '../../platform/keyring.ts';
import { paths } from '../../web/paths.ts';
import { addDays } from '../engine/index.ts';
import type { Calendars } from '../read-calendars.ts';
import { atPlace, childNames } from '../words.ts';
import { momentOf, type Planned, plannedHandovers } from './planned.ts';
import { listView, takesOver } from './show-list.ts';
import { planValues, selectPlanned } from './store.ts';
import type { NextHandover } from './views.ts';

const lookAhead = 60 * 24 * 60 * 60 * 1000;

const withChild = (address: string, childId: ChildId | undefined): string => (childId ? `${address}?child=${childId}` : address);

/** The address of a planned handover, whether or not it has a row. One child of it says which, where several change hands at one time. */
export const handoverHref = (at: number, childId?: ChildId): string => withChild(paths.handoverAt.to({ moment: momentOf(at) }), childId);

/** Where the forms of a planned handover go. */
export const planActions = ({ at, children }: Planned): { mark: string; note: string; list: string } => {
  const moment = momentOf(at);
  const action = (path: typeof paths.markHandoverAt | typeof paths.noteHandoverAt | typeof paths.packHandoverAt) => withChild(path.to({ moment }), children[0]);
  return { mark: action(paths.markHandoverAt), note: action(paths.noteHandoverAt), list: action(paths.packHandoverAt) };
};

/** When what is written about a handover closes: notes with its day, marks with the next. */
export function closingTimes(at: number, zone: string): { notesCloseAt: number; marksCloseAt: number } {
  const day = localTime(new Date(at), zone).isoDay;
  return { notesCloseAt: startOfNextDay(day, zone).getTime(), marksCloseAt: startOfNextDay(addDays(day, 1), zone).getTime() };
}

/** "them", or their names where not all of the family's children go. */
export const goingWords = (family: FamilyView, children: readonly ChildId[]): string =>
  children.length > 1 && children.length === family.children.length ? 'them' : childNames(family, children);

/** "Tomorrow, Friday 13 March" */
export function dayWords(at: number, now: Date, zone: string): string {
  const local = localTime(new Date(at), zone);
  const today = localTime(now, zone);
  const day = local.year === today.year ? weekdayAndDate(local) : `${weekdayAndDate(local)} ${local.year}`;
  if (local.isoDay === today.isoDay) return `Today, ${day}`;
  return local.isoDay === addDays(today.isoDay, 1) ? `Tomorrow, ${day}` : day;
}

/**
 * The next handover as Today shows it, with the list of what goes along: the first that is to come, or one of the last two hours that this
 * parent has not marked. Null where none is planned within sixty days.
 */
export async function nextHandover(
  db: Queryable,
  keyring: Keyring,
  actor: ParentUser,
  family: FamilyView,
  calendars: Calendars,
  now: Date,
): Promise<NextHandover | null> {
  const instant = now.getTime();
  for (const planned of plannedHandovers(calendars, instant - marksOpenBeforeMs, instant + lookAhead)) {
    const [around] = await db.query(selectPlanned, [actor.parentId, ...planValues(family.familyId, planned)]);
    if (!around) return null;
    const isMine = actor.parentId === planned.from || actor.parentId === planned.to;
    const isDone = !isMine || around.made?.marks.some(mark => mark.parentId === actor.parentId);
    if (planned.at <= instant && isDone) continue;
    return shown(keyring, actor.parentId, family, planned, around, now);
  }
  return null;
}

type Around = NonNullable<(typeof selectPlanned)['row']>;

function shown(keyring: Keyring, reader: ParentId, family: FamilyView, planned: Planned, { made, items }: Around, now: Date): NextHandover {
  const zone = family.timeZone;
  const local = localTime(new Date(planned.at), zone);
  const { who, text } = takesOver(family, reader, planned, goingWords(family, planned.children));
  const atSchool = planned.place?.kind === 'school' && planned.from === reader;
  return {
    href: made ? paths.handover.to({ handoverId: made.id }) : handoverHref(planned.at, planned.children[0]),
    iso: new Date(planned.at).toISOString(),
    when: dayWords(planned.at, now, zone),
    where: atPlace(planned.place),
    lines: [
      {
        time: local.clock,
        iso: new Date(planned.at).toISOString(),
        who,
        text,
        place: planned.place?.label ?? '',
        caption: atSchool ? 'You do not need to be there. The school has the list of who may collect.' : null,
      },
    ],
    list: listView(keyring, family, reader, { ...planned, ...(made ?? closingTimes(planned.at, zone)) }, items, now.getTime(), {
      action: made ? paths.packHandover.to({ handoverId: made.id }) : planActions(planned).list,
      back: 'today',
    }),
  };
}
