export type ParentKey = 'amara' | 'daniel' | 'nour' | 'sam' | 'grace';
export type ChildKey = 'ines' | 'theo' | 'leila' | 'milo';
export type SchoolKey = 'st-brigids' | 'mill-road' | 'parkside' | 'hillview';
export type ActivityKey = 'swimming' | 'football' | 'choir';
export type FamilyKey = 'okafor-reyes' | 'haddad-keller' | 'lindqvist-reyes';
export type AccountKey = 'amara' | 'daniel' | 'nour' | 'sam' | 'ruth' | 'tom' | 'margaret';

export type UrgentReason = 'child_ill' | 'child_hurt' | 'medicine_needed' | 'not_collected' | 'handover_today';

/** Before today, at a clock time in the family's zone; or so many minutes before the demo is loaded. */
export type When = { daysAgo: number; at: string } | { minutesAgo: number };

export type Message<By extends ParentKey = ParentKey> = When & {
  by: By;
  text: string;
  /** From sending to the other parent's first view. Absent: not opened yet. */
  viewedAfterMinutes?: number;
  /** Index of an earlier message of one's own in the same subject. */
  corrects?: number;
  urgent?: UrgentReason;
};

export type About = { child: ChildKey } | { activity: ActivityKey } | { school: SchoolKey };

/** Opened at the time of its first message, which is by the one who opened it. */
export type Subject<By extends ParentKey = ParentKey> = {
  key: string;
  title: string;
  about: About;
  openedBy: By;
  messages: readonly Message<By>[];
};

export type Family = {
  key: FamilyKey;
  timeZone: string;
  /** When the two joined the record: before anything was written. */
  joinedDaysAgo: number;
  parents: readonly { parent: ParentKey; side: 'a' | 'b' }[];
};

export type Parent = { key: ParentKey; givenName: string; surname: string; phone: string; address: string };

/** `bornYearsAgo` is the age in whole years today: the birth date is the latest such day with this month and day. */
export type Child = {
  key: ChildKey;
  family: FamilyKey;
  givenName: string;
  surname: string;
  bornYearsAgo: number;
  bornMonth: number;
  bornDay: number;
  school: SchoolKey | null;
  class: string | null;
};

export type Parenting = { parent: ParentKey; child: ChildKey; relation: string };

/** `startsAt` and `endsAt`: the school day, where there is one. */
export type School = {
  key: SchoolKey;
  name: string;
  kind: 'school' | 'provider';
  timeZone: string;
  startsAt: string | null;
  endsAt: string | null;
};

/** `weekdays`: 1 is Monday, 7 is Sunday. */
export type Activity = {
  key: ActivityKey;
  family: FamilyKey;
  child: ChildKey;
  provider: SchoolKey;
  name: string;
  weekdays: readonly number[];
  startsAt: string;
  endsAt: string;
  place: string;
  /** Not in the school's holidays. */
  termOnly: boolean;
};

export type Account = { key: AccountKey; email: string; displayName: string; parent: ParentKey | null; family: FamilyKey | null };

export type Staff = { account: AccountKey; school: SchoolKey; role: 'admin' | 'office' | 'gate' };
