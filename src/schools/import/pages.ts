import { counted, grouped, listed } from '../../core/text.ts';
import { localTime, shortDay, shortest } from '../../core/time.ts';
import type { Problem } from '../../web/form.ts';
import { paths } from '../../web/paths.ts';
import type { Model } from '../../web/reply.ts';
import type { SchoolFrame } from '../../web/school-frame.ts';
import type { SchoolView } from '../index.ts';
import { withClass } from '../with-class.ts';
import type { Trial } from './import-roll.ts';
import { templateHeadings } from './read-list.ts';

type Recent = { id: string; createdAt: Date; rows: number; committedAt: Date | null; added: number | null; proposed: number | null; by: string; kept: boolean };

export function importPage(frame: SchoolFrame, school: SchoolView, recent: readonly Recent[], problems: Problem[], now: Date): Model<'schools/import'> {
  const today = localTime(now, school.timeZone);
  return {
    frame,
    problems,
    headings: [...templateHeadings],
    recent: recent.map(({ id, createdAt, rows, committedAt, added, proposed, by, kept }) => ({
      href: kept ? paths.importedRoll.to({ importId: id }) : null,
      when: shortest(localTime(createdAt, school.timeZone), today),
      whenIso: createdAt.toISOString(),
      text: `${counted(rows, 'row')}, ${by}. ${committedAt === null ? 'Trial run; nothing was written' : proposed === 0 ? `${grouped(added!)} added` : `${grouped(added!)} added, ${grouped(proposed!)} proposed`}`,
    })),
  };
}

/** Rows of a trial run on one page. */
const rowsShown = 50;
const shows = {
  all: { label: 'All rows', holds: () => true },
  created: { label: 'Will be created', holds: (outcome: string) => outcome === 'created' || outcome === 'proposed' },
  matched: { label: 'Matched', holds: (outcome: string) => outcome === 'matched' },
  wrong: { label: 'Wrong', holds: (outcome: string) => outcome === 'wrong' },
} as const;
type Show = keyof typeof shows;

export function trialPage(frame: SchoolFrame, school: SchoolView, trial: Trial, show: Show, asked: number, problems: Problem[]): Model<'schools/trial'> {
  const here = paths.importedRoll.to({ importId: trial.id });
  const { committed } = trial;
  const count = (of: Show) => trial.rows.filter(({ outcome }) => shows[of].holds(outcome)).length;
  const proposed = trial.rows.filter(({ outcome }) => outcome === 'proposed').length;
  const changes = trial.rows.filter(({ outcome, note }) => outcome === 'matched' && note !== null && /moves to|added\./.test(note)).length;
  const made = listed(
    [trial.adults === 0 ? null : counted(trial.adults, 'adult'), trial.pupils === 0 ? null : counted(trial.pupils, 'pupil')].filter(part => part !== null),
  );
  const writes = count('created') + changes > 0;
  const chosen = trial.rows.filter(({ outcome }) => shows[show].holds(outcome));
  const pages = Math.max(1, Math.ceil(chosen.length / rowsShown));
  const at = Math.min(asked, pages);
  const rows = chosen.slice((at - 1) * rowsShown, at * rowsShown);
  const to = (of: Show, p: number) => `${here}?show=${of}${p === 1 ? '' : `&p=${p}`}`;
  const label = (of: Show) => (of === 'created' && committed !== null ? 'Created' : shows[of].label);
  const day = committed && localTime(committed.at, school.timeZone);
  return {
    frame,
    heading: committed
      ? 'The list is on the roll'
      : made !== ''
        ? `${made} can be created`
        : writes
          ? 'The list changes what is here'
          : 'Nothing in this list is new',
    lead: day ? `${trial.name}, written on ${shortDay(day)} at ${day.clock}.` : `A trial run of ${trial.name}. Nothing is written yet.`,
    problems,
    commit:
      committed || !writes
        ? null
        : {
            action: paths.commitRoll.to({ importId: trial.id }),
            digest: trial.digest,
            label: made !== '' ? `Create ${made}` : `Write ${counted(count('created') + changes, 'row')}`,
          },
    stats: [
      { label: 'rows in the list', value: grouped(trial.rows.length) },
      { label: committed ? 'created' : 'will be created', value: grouped(count('created')) },
      { label: changes === 0 ? 'matched, nothing changes' : `matched, ${grouped(changes)} with a change`, value: grouped(count('matched')) },
      { label: 'wrong, left out', value: grouped(count('wrong')) },
    ],
    explained: committed || !writes ? null : explained(proposed, trial.leftOut),
    tabs: (Object.keys(shows) as Show[]).map(of => ({ href: to(of, 1), label: label(of), count: grouped(count(of)), current: of === show })),
    written: committed !== null,
    rows: rows.map(({ row, typed, outcome, note }) => ({
      row,
      name:
        [typed.givenName, typed.surname]
          .map(part => part.trim())
          .filter(Boolean)
          .join(' ') || null,
      relation: typed.relation,
      child: withClass(
        [typed.childGivenName, typed.childSurname]
          .map(part => part.trim())
          .filter(Boolean)
          .join(' ') || 'No name',
        typed.className.trim() || null,
      ),
      outcome,
      note,
    })),
    range:
      rows.length === 0 ? 'No rows of this kind' : `Rows ${grouped(rows[0]!.row)} to ${grouped(rows.at(-1)!.row)}; page ${grouped(at)} of ${grouped(pages)}`,
    wrong:
      count('wrong') === 0
        ? null
        : {
            href: paths.wrongRows.to({ importId: trial.id }),
            label: `Download the ${count('wrong') === 1 ? 'wrong row' : `${grouped(count('wrong'))} wrong rows`}`,
          },
    previous: at > 1 ? to(show, at - 1) : null,
    next: at < pages ? to(show, at + 1) : null,
  };
}

function explained(proposed: number, leftOut: readonly string[]): string {
  const sentences = ['Creating puts the rows on the roll, and leaves out those that are wrong. No link is sent until you send it.'];
  if (proposed > 0)
    sentences.push(
      `${counted(proposed, 'row adds an adult', 'rows add an adult')} to a child who has parents here: those with an account are told, and it starts after 72 hours or when a second colleague confirms.`,
    );
  if (leftOut.length > 0) sentences.push(`Not taken from the list: ${listed(leftOut.slice(0, 10))}.`);
  return sentences.join(' ');
}
