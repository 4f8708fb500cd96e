import { counted, grouped, listed } from '../core/text.ts';
import { dayAndClock, dayOfYear, localDay, localTime, shortDay, shortest } from '../core/time.ts';
import type { Problem } from '../web/form.ts';
import { paths } from '../web/paths.ts';
import type { SchoolFrame } from '../web/school-frame.ts';
import type { Trial } from './import-roll.ts';
import { templateHeadings } from './read-list.ts';
import { type PairField, relations } from './read-person.ts';
import type { AdultView, PupilRow, PupilView, SchoolView, WaitingRow } from './store.ts';
import type {
  AddAdultPage,
  AdultFields,
  EditAdultPage,
  EditPupilPage,
  Field,
  ImportPage,
  Option,
  ProposalsPage,
  PupilPage,
  PupilsPage,
  TrialPage,
  WaitingLine,
} from './views.ts';

/** Rows to what pages show: words, dates and addresses. No database, no clock: the moment is given. */

type Page<Of> = Omit<Of, 'shell'>;

const classText = (className: string | null): string => className ?? 'No class';
const withClass = (name: string, className: string | null): string => (className === null ? name : `${name}, ${className}`);

// ------------------------------------------------------------------ pupils

export type PupilsAsked = { q: string; className: string | null };

export function pupilsPage(
  frame: SchoolFrame,
  asked: PupilsAsked,
  roll: { total: number; found: number; classes: string[]; pupils: readonly PupilRow[]; hasPrevious: boolean; hasNext: boolean },
): Page<PupilsPage> {
  const { total, found, classes, pupils } = roll;
  const query = (more: Record<string, string>) => {
    const parts = new URLSearchParams({ ...(asked.q === '' ? {} : { q: asked.q }), ...(asked.className === null ? {} : { class: asked.className }), ...more });
    return `${paths.pupils}?${parts.toString()}`;
  };
  const groups: PupilsPage['groups'] = [];
  for (const pupil of pupils) {
    const heading = classText(pupil.className);
    if (groups.at(-1)?.heading !== heading) groups.push({ heading, pupils: [] });
    groups.at(-1)!.pupils.push({
      href: paths.pupil.to({ childId: pupil.id }),
      name: `${pupil.givenName} ${pupil.surname}`,
      adults: pupil.adults.length === 0 ? 'Nobody may collect yet' : pupil.adults.join('; '),
      waiting: pupil.waiting === 0 ? null : counted(pupil.waiting, 'adult to be added', 'adults to be added'),
    });
  }
  return {
    frame,
    heading: total === 0 ? 'No pupils yet' : `${counted(total, 'pupil')} in ${counted(classes.length, 'class', 'classes')}`,
    asked: { q: asked.q },
    classes: [
      { value: '', label: 'All classes', chosen: asked.className === null },
      ...classes.map(name => ({ value: name, label: name, chosen: name === asked.className })),
    ],
    found: asked.q === '' && asked.className === null ? null : `${counted(found, 'pupil')} found`,
    groups,
    previous: roll.hasPrevious && pupils[0] ? query({ before: pupils[0].id }) : null,
    next: roll.hasNext ? query({ after: pupils.at(-1)!.id }) : null,
    add: paths.addAdult,
  };
}

const age = (bornOn: string, today: string): number => Number(today.slice(0, 4)) - Number(bornOn.slice(0, 4)) - (today.slice(5) < bornOn.slice(5) ? 1 : 0);

const notices = {
  added: 'Added to the roll. The adult may collect from now on, and can be invited on their own page.',
  proposed: 'Proposed. The parents who have an account are told. It takes effect after 72 hours, or when a second colleague confirms.',
  changed: 'The changes are on the roll.',
  confirmed: 'Confirmed. The adult may collect from now on.',
  withdrawn: 'Withdrawn. Nothing has changed for the child.',
  ended: 'Ended. From today this adult no longer collects here.',
} as const;
export type Done = keyof typeof notices;

export function pupilPage(
  frame: SchoolFrame,
  school: SchoolView,
  pupil: PupilView,
  waiting: readonly WaitingRow[],
  done: Done | null,
  now: Date,
): Page<PupilPage> {
  const today = localTime(now, school.timeZone);
  const childId = pupil.id;
  return {
    frame,
    name: `${pupil.givenName} ${pupil.surname}`,
    givenName: pupil.givenName,
    folio: pupil.className === null ? 'Pupil, no class' : `Pupil, class ${pupil.className}`,
    lead: `${counted(age(pupil.bornOn, today.isoDay), 'year')} old, born ${dayOfYear(localDay(pupil.bornOn))}.`,
    notice: done === null ? null : notices[done],
    adults: pupil.adults.map(({ parentId, givenName, surname, relation, startsOn, listed: isListed }) => ({
      page: isListed ? { href: paths.schoolAdult.to({ parentId }), edit: paths.editAdult.to({ parentId }) } : null,
      end: paths.endCollecting.to({ childId, parentId }),
      name: `${givenName} ${surname}`,
      relation,
      since: `Since ${dayOfYear(localDay(startsOn))}`,
    })),
    waiting: waitingLines(school, waiting, now),
    add: `${paths.addAdult}?child=${childId}`,
    edit: paths.editPupil.to({ childId }),
  };
}

// ------------------------------------------------------------------ adults to be added

export const waitingLines = (school: SchoolView, waiting: readonly WaitingRow[], now: Date): WaitingLine[] =>
  waiting.map(row => {
    const effective = localTime(row.effectiveAt, school.timeZone);
    return {
      id: row.id,
      name: `${row.givenName} ${row.surname}`,
      relation: row.relation,
      child: withClass(row.childName, row.className),
      childHref: paths.pupil.to({ childId: row.childId }),
      effective: `Takes effect on ${shortDay(effective)} at ${effective.clock}`,
      effectiveIso: row.effectiveAt.toISOString(),
      proposed: `Proposed by ${row.proposedBy === school.accountId ? 'you' : row.proposer}, ${dayAndClock(localTime(row.createdAt, school.timeZone), localTime(now, school.timeZone))}`,
      own: row.proposedBy === school.accountId,
      confirm: paths.confirmProposal.to({ proposalId: row.id }),
      withdraw: paths.withdrawProposal.to({ proposalId: row.id }),
    };
  });

export const proposalsPage = (frame: SchoolFrame, school: SchoolView, waiting: readonly WaitingRow[], now: Date): Page<ProposalsPage> => ({
  frame,
  heading: waiting.length === 0 ? 'No adult waits to be added' : `${counted(waiting.length, 'adult waits', 'adults wait')} to be added`,
  waiting: waitingLines(school, waiting, now),
});

/** An adult to be added, as a parent of the child reads of it. */
export type Proposal = { school: string; timeZone: string; adult: string; relation: string; child: string; effectiveAt: string };

/** What a parent reads on their own page. Who is to be added is named, because that is what they must know; how to reach them is not. */
export function proposalSentence(proposal: Proposal): string {
  const { school, timeZone, adult, relation, child, effectiveAt } = proposal;
  const effective = localTime(new Date(effectiveAt), timeZone);
  return `${school} proposes to add an adult for ${child}: ${adult}, ${relation.charAt(0).toLowerCase()}${relation.slice(1)}. It takes effect on ${shortDay(effective)} at ${effective.clock} unless the school withdraws it.`;
}

// ------------------------------------------------------------------ forms

type Typed = Record<string, string | undefined>;
const errorOf = (problems: readonly Problem[], id: string): string | null => problems.find(problem => problem.field === id)?.message ?? null;

const labels: Record<Exclude<PairField, 'relation'>, { label: string; hint?: string; type?: Field['type'] }> = {
  givenName: { label: 'Given name' },
  surname: { label: 'Surname' },
  email: { label: 'E-mail address, if known', hint: 'For the link and nothing else. Nobody but the office sees it.', type: 'email' },
  mobile: { label: 'Mobile number, if known', hint: 'For the link by text message.', type: 'tel' },
  childGivenName: { label: 'Given name' },
  childSurname: { label: 'Surname' },
  bornOn: { label: 'Date of birth', hint: 'For example 14/06/2017' },
  className: { label: 'Class, if there is one', hint: 'For example 1B' },
};

const fieldsOf = (names: readonly Exclude<PairField, 'relation'>[], suffix: string, typed: Typed, problems: readonly Problem[]): Field[] =>
  names.map(name => {
    const { label, hint, type } = labels[name];
    const id = `${name}${suffix}`;
    return { id, label, hint: hint ?? null, value: typed[id] ?? '', type: type ?? 'text', error: errorOf(problems, id) };
  });

function adultFields(suffix: string, typed: Typed, problems: readonly Problem[]): AdultFields {
  const id = `relation${suffix}`;
  const chosen = typed[id] ?? '';
  const known: Option[] = relations.map(relation => ({ value: relation, label: relation, chosen: relation === chosen }));
  return {
    fields: fieldsOf(['givenName', 'surname', 'email', 'mobile'], suffix, typed, problems),
    relation: { id, options: [{ value: '', label: 'Choose', chosen: chosen === '' }, ...known], error: errorOf(problems, id) },
  };
}

export function addAdultPage(
  frame: SchoolFrame,
  child: { id: string; givenName: string; surname: string; className: string | null; hasAdults: boolean } | null,
  state: { typed: Typed; submission: string; problems: Problem[] },
): Page<AddAdultPage> {
  const { typed, submission, problems } = state;
  const href = child === null ? paths.pupils : paths.pupil.to({ childId: child.id });
  return {
    frame,
    heading: child === null ? 'Add a pupil and their first adult' : `Add an adult for ${child.givenName}`,
    lead:
      child === null
        ? 'A child who is new here, with the adults who bring them up. They are on the roll at once.'
        : child.hasAdults
          ? `${child.givenName} has parents here already. Those with an account are told now, and the adult is added after 72 hours, or when a second colleague confirms.`
          : `Nobody may collect ${child.givenName} yet, so the adult is added at once.`,
    child: child && { id: child.id, name: withClass(`${child.givenName} ${child.surname}`, child.className), href },
    submission,
    problems,
    pupil: child === null ? fieldsOf(['childGivenName', 'childSurname', 'bornOn', 'className'], '', typed, problems) : [],
    adult: adultFields('', typed, problems),
    second: child === null ? adultFields('2', typed, problems) : null,
    secondOpen: Object.entries(typed).some(([id, value]) => id.endsWith('2') && value !== undefined && value !== ''),
    cancel: href,
    button: child === null ? 'Add to the roll' : child.hasAdults ? 'Propose this adult' : 'Add this adult',
  };
}

export const editPupilPage = (frame: SchoolFrame, pupil: PupilView, typed: Typed, problems: Problem[]): Page<EditPupilPage> => ({
  frame,
  name: `${pupil.givenName} ${pupil.surname}`,
  back: paths.pupil.to({ childId: pupil.id }),
  action: paths.editPupil.to({ childId: pupil.id }),
  fields: fieldsOf(['childGivenName', 'childSurname', 'className'], '', typed, problems),
  problems,
});

export const editAdultPage = (frame: SchoolFrame, adult: AdultView, joined: boolean, typed: Typed, problems: Problem[]): Page<EditAdultPage> => ({
  frame,
  name: `${adult.givenName} ${adult.surname}`,
  children: `for ${adult.childrenText}`,
  back: paths.schoolAdult.to({ parentId: adult.parentId }),
  action: paths.editAdult.to({ parentId: adult.parentId }),
  fields: fieldsOf(joined ? ['email', 'mobile'] : ['givenName', 'surname', 'email', 'mobile'], '', typed, problems),
  problems,
});

// ------------------------------------------------------------------ lists

type Recent = { id: string; createdAt: Date; rows: number; committedAt: Date | null; added: number | null; proposed: number | null; by: string; kept: boolean };

export function importPage(frame: SchoolFrame, school: SchoolView, recent: readonly Recent[], problems: Problem[], now: Date): Page<ImportPage> {
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
export const rowsShown = 50;
const shows = {
  all: { label: 'All rows', holds: () => true },
  created: { label: 'Will be created', holds: (outcome: string) => outcome === 'created' || outcome === 'proposed' },
  matched: { label: 'Matched', holds: (outcome: string) => outcome === 'matched' },
  wrong: { label: 'Wrong', holds: (outcome: string) => outcome === 'wrong' },
} as const;
export type Show = keyof typeof shows;

export function trialPage(frame: SchoolFrame, school: SchoolView, trial: Trial, show: Show, asked: number, problems: Problem[]): Page<TrialPage> {
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
