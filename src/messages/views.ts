import type { Problem } from '../web/form.ts';
import type { Frame } from '../web/frame.ts';
import type { Shell } from '../web/render.ts';

export type SubjectRow = { href: string; title: string; when: string; meta: string; unread: string | null; current: boolean };
export type SubjectGroup = { heading: string; subjects: SubjectRow[] };

/** The list of subjects beside, or instead of, a thread. */
export type SubjectList = { groups: SubjectGroup[]; more: { href: string; text: string } | null };

type FileLine = { href: string; icon: 'image' | 'file-text'; name: string; meta: string };

export type EntryLine = {
  id: string;
  /** "1,283" */
  number: string;
  href: string;
  side: 'a' | 'b';
  author: string;
  sentIso: string;
  sent: string;
  /** Paragraphs, each of lines. */
  paragraphs: string[][];
  files: FileLine[];
  /** "Urgent: a child is ill" */
  urgent: string | null;
  /** "Corrects entry 1,279" */
  corrects: { text: string; href: string } | null;
  /** "Corrected by entry 1,281" */
  corrected: { text: string; href: string } | null;
  /** A link for the author to write a correction. */
  correct: string | null;
  viewed: { label: string; value: string };
  fingerprint: string;
  /** What those from here on are folded into: "7 more from Daniel, entries 1,203 to 1,209" */
  foldsHere: string | null;
  foldEnds: boolean;
  /** The page that explains this entry. */
  proof: string;
};

export type DayOfEntries = { iso: string; heading: string; entries: EntryLine[] };

export type Compose = {
  action: string;
  label: string;
  to: string;
  /** The text as it was typed. */
  text: string;
  submission: string;
  problems: Problem[];
  shield: Shield | null;
  urgent: { value: string; label: string; chosen: boolean }[];
  urgentOpen: boolean;
  correcting: { id: string; text: string; cancel: string } | null;
  /** Files that came with an earlier try and wait to be sent. */
  kept: { id: string; text: string; name: string }[];
};

/** What the contact shield says of a text: held back, or asked about once. */
export type Shield = { kind: 'held'; found: string[] } | { kind: 'ask'; found: string[]; confirm: string };

type ThreadPage = {
  shell: Shell;
  frame: Frame;
  list: SubjectList;
  subject: { id: string; title: string; about: string; lead: string };
  older: string | null;
  newer: string | null;
  days: DayOfEntries[];
  compose: Compose | null;
  /** Where the live script listens, and the last position this page has. */
  live: { stream: string; since: string; position: number } | null;
};

type IndexPage = { shell: Shell; frame: Frame; list: SubjectList };

export type NewSubjectPage = {
  shell: Shell;
  frame: Frame;
  list: SubjectList;
  family: string;
  title: string;
  about: { group: string; options: { value: string; label: string; chosen: boolean }[] }[];
  compose: Compose;
};

/** Read once more before it goes: a page of its own, so that it works without a script. */
export type ReviewPage = {
  shell: Shell;
  frame: Frame;
  heading: string;
  /** Of a new subject. */
  title: string | null;
  paragraphs: string[][];
  to: string;
  consequence: string;
  urgent: string | null;
  corrects: string | null;
  files: { id: string; icon: 'image' | 'file-text'; meta: string; name: string }[];
  action: string;
  /** Where the same form goes, with edit=1, to be written on. */
  back: string;
  /** Sent on as they are. */
  fields: { name: string; value: string }[];
};

export type SearchPage = {
  shell: Shell;
  frame: Frame;
  asked: { q: string; sender: string; subject: string; child: string; from: string; to: string };
  problems: Problem[];
  senders: { value: string; label: string; chosen: boolean }[];
  subjects: { value: string; label: string; chosen: boolean }[];
  children: { value: string; label: string; chosen: boolean }[];
  result: {
    summary: string;
    hits: { href: string; title: string; meta: string; before: string; match: string; after: string }[];
    /** The position to go on from, where there may be more. */
    more: string | null;
  } | null;
};

/** Entries alone, for a page that is open already. */
type EntriesFragment = { shell: Shell; days: DayOfEntries[] };

declare module '../web/render.ts' {
  interface Views {
    'messages/index': IndexPage;
    'messages/thread': ThreadPage;
    'messages/new': NewSubjectPage;
    'messages/review': ReviewPage;
    'messages/search': SearchPage;
    'messages/entries': EntriesFragment;
    'messages/_list': SubjectList;
    'messages/_days': DayOfEntries[];
    'messages/_compose': Compose;
  }
}
