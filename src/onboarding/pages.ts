import { compareNames, counted, grouped } from '../core/text.ts';
import { localTime, shortest } from '../core/time.ts';
import type { PhotoStatus, SchoolView } from '../schools/index.ts';
import type { Problem } from '../web/form.ts';
import { paths } from '../web/paths.ts';
import type { AdultRow, DashboardRow, Tally } from './dashboard-store.ts';
import { type BulkAction, bulkActions, type Listed, type Selection } from './schema.ts';
import type { Sent, Skipped } from './send-links.ts';
import { badges, barOrder } from './statuses.ts';
import type { Counts, DashboardPage, SelectionPage } from './views.ts';

type Listing = Pick<Listed, 'q' | 'class' | 'status' | 'sort'>;
type Place = { after?: string; before?: string; last?: '1' };

/** "Father, Stepfather": what an adult is to the children, each once. */
export const relationsText = (relations: readonly string[]): string => [...new Set(relations)].sort(compareNames).join(', ');

/** An address of the list; what is as it is by itself is left out. */
export function listAddress(base: string, { q, class: className, status, sort }: Listing, more: Record<string, string> = {}): string {
  const query = new URLSearchParams({
    ...(q.trim() === '' ? {} : { q }),
    ...(className === '' ? {} : { class: className }),
    ...(status === '' ? {} : { status }),
    ...(sort === 'name' ? {} : { sort }),
    ...more,
  }).toString();
  return query === '' ? base : `${base}?${query}`;
}

/** The place in the list as an address has it. */
export const placeOf = ({ after, before, last }: Pick<Listed, 'after' | 'before' | 'last'>): Place => {
  const text = (cursor: NonNullable<Listed['after']>) => (cursor.at === null ? cursor.parentId : `${cursor.at}_${cursor.parentId}`);
  return { ...(after ? { after: text(after) } : {}), ...(before ? { before: text(before) } : {}), ...(last ? { last } : {}) };
};

/** "2A" before "10A". Made once for each class of a list, because a collator asked for each pair costs as much as the rest of the page. */
const classOrder = (name: string): string => name.replace(/^\d+/, digits => digits.padStart(4, '0'));

const countsByStatus = (tallies: readonly Tally[]): Partial<Record<PhotoStatus, number>> =>
  Object.fromEntries(tallies.flatMap(({ kind, value, count }) => (kind === 'status' ? [[value, count]] : [])));

const matchingOf = (asked: Listing, counts: Partial<Record<PhotoStatus, number>>, classes: readonly Tally[]): number => {
  if (asked.class !== '') return classes.find(({ value }) => value === asked.class)?.count ?? 0;
  return asked.status === '' ? total(counts) : (counts[asked.status] ?? 0);
};

const total = (counts: Partial<Record<PhotoStatus, number>>): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

/** The heading, the bar and its key: what the live stream changes. */
function countsOf(counts: Partial<Record<PhotoStatus, number>>): Counts {
  const all = total(counts);
  let x = 0;
  const parts = barOrder.map(([status, shape]) => {
    const count = counts[status] ?? 0;
    const part = { status, shape, word: badges[status].word, count: grouped(count), x, width: count, href: `${paths.school}?status=${status}` };
    x += count;
    return part;
  });
  return { heading: headingOf(counts.approved ?? 0, all), total: all, parts };
}

const headingOf = (approved: number, all: number): string =>
  all === 0 ? 'No adults on the roll yet' : `${grouped(approved)} of ${counted(all, 'photo')} approved`;

export type DashboardState = { flash: DashboardPage['flash']; problems: Problem[]; picked: ReadonlySet<string> };

/** How many adults stand on a page. A form takes so many boxes and the rest of its fields. */
export const pageLength = 25;

export function dashboardPage(
  frame: DashboardPage['frame'],
  school: SchoolView,
  asked: Listed,
  found: DashboardRow & { reversed: boolean; kind: 'first' | 'last' | 'after' | 'before' },
  state: DashboardState,
  now: Date,
): Omit<DashboardPage, 'shell'> {
  const listing: Listing = asked;
  const counts = countsByStatus(found.tallies ?? []);
  const more = (found.rows ?? []).length > pageLength;
  const classes = (found.tallies ?? [])
    .flatMap(tally => (tally.kind === 'class' ? [{ ...tally, order: classOrder(tally.value) }] : []))
    .sort((a, b) => (a.order < b.order ? -1 : 1));
  const matching = found.matching ?? matchingOf(asked, counts, classes);
  // The last page is as long as counting from the first leaves it, so that pages are the same whichever way they are turned.
  const length = found.kind === 'last' && matching > 0 ? ((matching - 1) % pageLength) + 1 : pageLength;
  const rows = (found.rows ?? []).slice(0, length);
  if (found.reversed) rows.reverse();
  const cursor = (row: AdultRow) => (asked.sort === 'change' ? `${row.at}_${row.parentId}` : row.parentId);
  const turn = (place: Place) => listAddress(paths.school, listing, place);
  const hasPrevious = found.kind === 'last' ? matching > rows.length : found.reversed ? more : found.kind === 'after';
  const hasNext = found.reversed ? found.kind === 'before' : more;
  const today = localTime(now, school.timeZone);
  return {
    frame,
    school: school.name,
    counts: countsOf(counts),
    waiting: counts.waiting ?? 0,
    stream: `${paths.schoolStream}?school=${school.schoolId}`,
    flash: state.flash,
    problems: state.problems,
    q: asked.q,
    classes: classes.map(({ value }) => ({ name: value, chosen: value === asked.class })),
    statuses: Object.entries(badges).map(([value, { word }]) => ({ value, word, chosen: value === asked.status })),
    filtered: asked.q.trim() !== '' || asked.class !== '' || asked.status !== '',
    hidden: Object.entries({ q: asked.q, class: asked.class, status: asked.status, sort: asked.sort, ...placeOf(asked) }).map(([name, value]) => ({
      name,
      value,
    })),
    matching,
    matchingText: counted(matching, 'adult'),
    totalText: grouped(total(counts)),
    sorts: {
      sort: asked.sort,
      name: listAddress(paths.school, { ...listing, sort: 'name' }),
      change: listAddress(paths.school, { ...listing, sort: 'change' }),
    },
    rows: rows.map(row => rowOf(row, school.timeZone, today, state.picked)),
    pages: {
      first: hasPrevious ? turn({}) : null,
      previous: hasPrevious ? turn({ before: cursor(rows[0]!) }) : null,
      next: hasNext && rows.length > 0 ? turn({ after: cursor(rows.at(-1)!) }) : null,
      last: hasNext ? turn({ last: '1' }) : null,
    },
    exportAs: listAddress(paths.schoolParents, { ...listing, sort: 'name' }),
  };
}

const actions: Record<PhotoStatus, { action: BulkAction; label: string; before: string } | null> = {
  not_invited: { action: 'invite', label: 'Invite', before: '' },
  invited: { action: 'remind', label: 'Remind', before: '' },
  opened: { action: 'remind', label: 'Remind', before: '' },
  retake: { action: 'remind', label: 'Remind', before: '' },
  expired: { action: 'renew', label: 'New link', before: 'for ' },
  rejected: { action: 'renew', label: 'New link', before: 'for ' },
  waiting: null,
  approved: null,
};

function rowOf(row: AdultRow, zone: string, today: ReturnType<typeof localTime>, picked: ReadonlySet<string>): DashboardPage['rows'][number] {
  const changed = localTime(new Date(row.statusAt), zone);
  const action = actions[row.status];
  return {
    id: row.parentId,
    name: row.name,
    href: paths.schoolAdult.to({ parentId: row.parentId }),
    children: row.childrenText,
    relations: relationsText(row.relations),
    ...badges[row.status],
    changed: changed.isoDay === today.isoDay ? `Today, ${changed.clock}` : shortest(changed, today),
    changedIso: row.statusAt,
    photo: row.photoId === null ? null : `${paths.schoolPhoto.to({ photoId: row.photoId, size: '96' })}?on=dashboard`,
    picked: picked.has(row.parentId),
    review: row.status === 'waiting' ? paths.review : null,
    one: action && { value: `${action.action}:${row.parentId}`, label: action.label, rest: ` ${action.before}${row.name}` },
  };
}

// ------------------------------------------------------------------ what became of a selection

const skips: Skipped[] = ['open', 'no-link', 'settled', 'no-address', 'recent'];

/** What was done, for the address that the browser goes to next. */
export const encodeDone = (action: BulkAction, { done, skipped }: Sent): string =>
  [action, done, ...skips.flatMap(skip => (skipped[skip] ? [`${skip}:${skipped[skip]}`] : []))].join(' ');

const doneWords: Record<BulkAction, (count: number) => string> = {
  invite: count => `${counted(count, 'link is', 'links are')} on the way`,
  remind: count => `${counted(count, 'reminder is', 'reminders are')} on the way`,
  renew: count => `${counted(count, 'new link is', 'new links are')} on the way. The old ${count === 1 ? 'one opens' : 'ones open'} nothing any more`,
  letters: count => `${counted(count, 'letter')} can be printed`,
};
const nothingWords: Record<BulkAction, string> = {
  invite: 'No link was made',
  remind: 'Nobody was reminded',
  renew: 'No new link was made',
  letters: 'There is no letter to print',
};
const skipWords: Record<Skipped, (count: number) => string> = {
  open: count => `${counted(count, 'adult has', 'adults have')} a link that works already: send a reminder instead`,
  'no-link': count => `${counted(count, 'adult has', 'adults have')} no link that works: make a new one`,
  settled: count => `${counted(count, 'adult needs', 'adults need')} none: the photo is approved, waits for review, or was rejected`,
  'no-address': count => `${counted(count, 'adult has', 'adults have')} no address for it: print a letter`,
  recent: count => `${counted(count, 'adult was', 'adults were')} sent a link within the last minute`,
};

/** The same as words; null where it is none of ours. */
export function decodeDone(text: string | undefined): DashboardPage['flash'] {
  const [action, done, ...rest] = (text ?? '').split(' ');
  if (!bulkActions.includes(action as BulkAction) || !/^\d{1,6}$/.test(done ?? '')) return null;
  const count = Number(done);
  const left = rest.flatMap(part => {
    const [skip, number] = part.split(':');
    return skips.includes(skip as Skipped) && /^\d{1,6}$/.test(number ?? '') ? [`${skipWords[skip as Skipped](Number(number))}.`] : [];
  });
  const title = count > 0 ? `${doneWords[action as BulkAction](count)}.` : `${nothingWords[action as BulkAction]}.`;
  return { success: count > 0, title, rest: left };
}

// ------------------------------------------------------------------ before everyone is sent something

const orders: Record<BulkAction, { lead: string; button: string }> = {
  invite: {
    lead: 'Each who has no link that works is sent one, by e-mail, or by SMS where the school has no e-mail address. Those whose photo is approved, waits for review or was rejected are left out.',
    button: 'Send the links',
  },
  remind: {
    lead: 'Each who has a link that works is sent it once more, by e-mail, or by SMS where the school has no e-mail address. Those whose photo is approved, waits for review or was rejected are left out.',
    button: 'Send the reminders',
  },
  renew: {
    lead: 'Each is sent a new link, and the old one opens nothing any more. Their codes change with the links: tell each the new one. Those whose photo is approved or waits for review are left out.',
    button: 'Send new links',
  },
  letters: {
    lead: 'Each gets a letter with a link and a QR code, for you to print. Those whose photo is approved, waits for review or was rejected are left out.',
    button: 'Make the letters',
  },
};

export function selectionPage(frame: DashboardPage['frame'], chosen: Selection, action: BulkAction, matching: number): Omit<SelectionPage, 'shell'> {
  const { q, class: className, status, sort } = chosen;
  return {
    frame,
    heading: counted(matching, 'adult matches', 'adults match'),
    ...orders[action],
    hidden: Object.entries({ q, class: className, status, sort, all: '1', sure: '1', do: action }).map(([name, value]) => ({ name, value })),
    back: listAddress(paths.school, chosen, placeOf(chosen)),
  };
}
