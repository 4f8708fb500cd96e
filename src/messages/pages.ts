import type { SubjectId } from '../core/ids.ts';
import { counted, grouped } from '../core/text.ts';
import { dayAndClock, localTime, shortest } from '../core/time.ts';
import type { FamilyView } from '../families/index.ts';
import type { Parsed, Problem } from '../web/form.ts';
import type { Frame } from '../web/frame.ts';
import { paths } from '../web/paths.ts';
import type { OpenedSubject } from './open-texts.ts';
import { fileIcon, fileKind, nameOf, others, paragraphsOf, type Reading, sizeText, urgentText, urgentWords } from './show-entries.ts';
import type { Draft, Outcome } from './post-comment.ts';
import type { SearchValues } from './schema.ts';
import type { Found } from './search-messages.ts';
import type { Compose, NewSubjectPage, ReviewPage, SearchPage, Shield, SubjectGroup, SubjectList, SubjectRow } from './views.ts';

const groups = [
  { heading: 'About a child', of: (subject: OpenedSubject) => subject.childId !== null },
  { heading: 'About an activity', of: (subject: OpenedSubject) => subject.activityId !== null },
  { heading: 'About school', of: (subject: OpenedSubject) => subject.schoolId !== null },
];

/** Subjects on one page of the list; the rest are a link away. */
const subjectsShown = 30;

export function subjectList(reading: Reading, subjects: readonly OpenedSubject[], current: SubjectId | null, all: boolean): SubjectList {
  const { family, reader, today } = reading;
  const shown = all ? subjects : subjects.slice(0, subjectsShown);
  const row = (subject: OpenedSubject): SubjectRow => {
    const unread = family.unreadIn[subject.id]?.length ?? 0;
    const who = subject.lastAuthorId === reader ? 'You' : nameOf(family, subject.lastAuthorId).givenName;
    return {
      // To its newest entry, which is where reading goes on.
      href: `${paths.thread.to({ subjectId: subject.id })}#e${subject.lastPos}`,
      title: subject.title,
      when: shortest(localTime(new Date(subject.lastAt), family.timeZone), today),
      meta: `${who}, entry ${grouped(subject.lastPos)}`,
      unread: unread === 0 ? null : `${grouped(unread)} unread`,
      current: subject.id === current,
    };
  };
  const filled: SubjectGroup[] = groups.map(({ heading, of }) => ({ heading, subjects: shown.filter(of).map(row) })).filter(group => group.subjects.length > 0);
  return { groups: filled, more: subjects.length > shown.length ? { href: `${paths.messages}?all=1`, text: 'All subjects' } : null };
}

/** What a subject is about: "Theo", "Swimming, Ines", "St Brigid’s Primary". */
export function aboutText(family: FamilyView, subject: { childId: string | null; activityId: string | null; schoolId: string | null }): string {
  const child = family.children.find(candidate => candidate.id === subject.childId);
  if (child) return child.givenName;
  const activity = family.activities.find(candidate => candidate.id === subject.activityId);
  if (activity) {
    const who = family.children.find(candidate => candidate.id === activity.childId);
    return who ? `${activity.name}, ${who.givenName}` : activity.name;
  }
  return family.schools.find(candidate => candidate.id === subject.schoolId)?.name ?? 'a school';
}

// ------------------------------------------------------------------ writing

export type ComposeState = {
  text: string;
  submission: string;
  urgent: string;
  corrects: { id: string; pos: number; cancel: string } | null;
  problems: Problem[];
  shield: Shield | null;
  kept: { id: string; mediaType: string; size: number; name: string }[];
};

export function composeOf(reading: Reading, action: string, label: string, state: ComposeState): Compose {
  const options = Object.entries(urgentWords).map(([value, words]) => ({ value, label: words, chosen: state.urgent === value }));
  return {
    action,
    label,
    to: `To ${others(reading)} only`,
    text: state.text,
    submission: state.submission,
    problems: state.problems,
    shield: state.shield,
    urgent: [{ value: '', label: 'Not urgent', chosen: state.urgent === '' }, ...options],
    urgentOpen: state.urgent !== '' || state.problems.some(problem => problem.field === 'urgent'),
    correcting: state.corrects && {
      id: state.corrects.id,
      text: `This corrects entry ${grouped(state.corrects.pos)}. The entry itself stays as it is; the two point at each other.`,
      cancel: state.corrects.cancel,
    },
    kept: state.kept.map(file => ({ id: file.id, text: `${file.name}, ${fileKind(file.mediaType)}, ${sizeText(file.size)}`, name: file.name })),
  };
}

export const shieldOf = (outcome: Outcome): Shield | null =>
  outcome.kind === 'held'
    ? { kind: 'held', found: outcome.found }
    : outcome.kind === 'ask'
      ? { kind: 'ask', found: outcome.found, confirm: outcome.confirm }
      : null;

/** What an outcome says to the writer, beside the box that still holds every word. */
export function problemsOf(outcome: Outcome, family: FamilyView): { problems: Problem[]; status: number } {
  const clock = (at: Date) => localTime(at, family.timeZone).clock;
  switch (outcome.kind) {
    case 'posted':
    case 'already':
      return { problems: [], status: 200 };
    case 'used':
      return {
        problems: [
          {
            field: 'text',
            message: `This form was sent before, as entry ${grouped(outcome.pos)}. What is in the box now is something else and has not been sent`,
          },
        ],
        status: 409,
      };
    case 'held':
      return {
        problems: [
          {
            field: 'text',
            message: `Held back: this looks like your own ${outcome.found.length === 1 ? 'number or address' : 'numbers or addresses'}. Take it out to go on`,
          },
        ],
        status: 422,
      };
    case 'ask':
      return { problems: [{ field: 'text', message: 'There is a number or an address in this. Is it meant to be shared?' }], status: 422 };
    case 'too-many':
      return {
        problems: [
          { field: 'text', message: `You have sent 200 messages within an hour, which is the most. Nothing is lost: send this after ${clock(outcome.until)}` },
        ],
        status: 429,
      };
    case 'urgent-used':
      return {
        problems: [
          {
            field: 'urgent',
            message: `One message in 24 hours can be urgent, and you have sent one. Send this without it, or after ${dayAndClock(localTime(outcome.until, family.timeZone), localTime(new Date(0), family.timeZone))}`,
          },
        ],
        status: 422,
      };
    case 'files-gone':
      return { problems: [{ field: 'files', message: 'The files waited too long and were cleared. Choose them again' }], status: 422 };
  }
}

const consequence = (family: FamilyView): string =>
  `It becomes entry ${grouped(family.entries + 1)} or a later one. Nobody can change or delete it afterwards.`;

export const lengthText = (bytes: number, files: number): string => {
  const lines = counted(Math.max(1, Math.ceil(bytes / 72)), 'line');
  return files === 0 ? lines : `${lines}, ${counted(files, 'file')}`;
};

type Reviewed = {
  draft: Draft;
  files: { id: string; mediaType: string; size: number; name: string }[];
  /** Of a new subject; null for a reply. */
  title: string | null;
  action: string;
  back: string;
  fields: { name: string; value: string }[];
};

export function reviewPage(reading: Reading, frame: Frame, { draft, files, title, action, back, fields }: Reviewed): Omit<ReviewPage, 'shell'> {
  const hidden = [
    ...fields,
    { name: 'text', value: draft.text },
    { name: 'submission', value: draft.submission },
    { name: 'urgent', value: draft.urgent ?? '' },
    { name: 'corrects', value: draft.corrects ?? '' },
    ...(draft.confirm === null ? [] : [{ name: 'confirm', value: draft.confirm }]),
    ...files.map(file => ({ name: 'uploads', value: file.id })),
  ];
  return {
    frame,
    heading: title === null ? 'Send this message?' : 'Open this subject?',
    title,
    paragraphs: paragraphsOf(draft.text),
    to: `To ${others(reading)} only`,
    consequence: consequence(reading.family),
    urgent: draft.urgent === null ? null : urgentText(draft.urgent),
    corrects: draft.corrects === null ? null : 'It is sent as a correction. The older entry stays as it is, and the two point at each other.',
    files: files.map(file => ({ id: file.id, icon: fileIcon(file.mediaType), meta: `${fileKind(file.mediaType)}, ${sizeText(file.size)}`, name: file.name })),
    action,
    back,
    fields: hidden,
  };
}

export function newSubjectPage(
  reading: Reading,
  frame: Frame,
  list: SubjectList,
  typed: { title: string; about: string },
  compose: Compose,
): Omit<NewSubjectPage, 'shell'> {
  const { family } = reading;
  const option = (value: string, label: string) => ({ value, label, chosen: value === typed.about });
  return {
    frame,
    list,
    family: family.familyId,
    title: typed.title,
    about: [
      { group: 'A child', options: family.children.map(child => option(`child:${child.id}`, child.givenName)) },
      {
        group: 'An activity',
        options: family.activities.map(activity =>
          option(`activity:${activity.id}`, aboutText(family, { childId: null, activityId: activity.id, schoolId: null })),
        ),
      },
      { group: 'A school', options: family.schools.map(school => option(`school:${school.id}`, school.name)) },
    ].filter(group => group.options.length > 0),
    compose,
  };
}

export function searchPage(
  reading: Reading,
  frame: Frame,
  subjects: readonly OpenedSubject[],
  form: Parsed<SearchValues>,
  found: Found | null,
): Omit<SearchPage, 'shell'> {
  const { family, reader, today } = reading;
  const typed: Partial<Record<keyof SearchPage['asked'], string | null>> = form.ok ? form.value : form.typed;
  const { q, sender, subject: about, child, from, to } = typed;
  const asked = { q: q ?? '', sender: sender ?? '', subject: about ?? '', child: child ?? '', from: from ?? '', to: to ?? '' };
  const titles = new Map(subjects.map(subject => [subject.id, subject.title]));
  return {
    frame,
    asked,
    problems: form.ok ? [] : form.problems,
    senders: [
      { value: '', label: 'Anyone', chosen: asked.sender === '' },
      ...family.members.map(member => ({
        value: member.id,
        label: member.id === reader ? 'You' : `${member.givenName} ${member.surname}`,
        chosen: asked.sender === member.id,
      })),
    ],
    subjects: [
      { value: '', label: 'Any subject', chosen: asked.subject === '' },
      ...subjects.map(subject => ({ value: subject.id, label: subject.title, chosen: asked.subject === subject.id })),
    ],
    children: [
      { value: '', label: 'Any child', chosen: asked.child === '' },
      ...family.children.map(child => ({ value: child.id, label: child.givenName, chosen: asked.child === child.id })),
    ],
    result: found && {
      summary: summaryOf(found, form.ok && form.value.before !== null),
      hits: found.hits.map(({ row, before, match, after }) => ({
        href: `${paths.thread.to({ subjectId: row.subjectId })}?at=${row.pos}#e${row.pos}`,
        title: titles.get(row.subjectId) ?? '',
        meta: `${row.authorId === reader ? 'You' : nameOf(family, row.authorId).givenName}, entry ${grouped(row.pos)}, ${dayAndClock(localTime(new Date(row.sentAt), family.timeZone), today)}`,
        before,
        match,
        after,
      })),
      more: found.more === null ? null : String(found.more),
    },
  };
}

const summaryOf = (found: Found, further: boolean): string => {
  if (found.hits.length === 0) return further ? 'No older message has this' : 'No message has this';
  if (found.more !== null || further) return `${counted(found.hits.length, further ? 'older message' : 'message')}, newest first`;
  return `${counted(found.hits.length, 'message')} found, newest first`;
};
