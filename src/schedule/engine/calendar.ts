import type { ChildId } from '../../core/ids.ts';
import type { BreakTerms, Holder, HolidayTerms, Layer, Place, RegularTerms } from '../terms.ts';

/** Terms in force from a day until another (not included), or until further notice. */
export type InForce<Terms> = { from: string; until: string | null; terms: Terms; requestId: string };

/** Time that was agreed once: a vacation period or a change. Instants are milliseconds since 1970. */
export type AgreedTime = { from: number; until: number; holder: Holder; label: string; place: Place | null; requestId: string };

/** A school's year. Days are inclusive; weekends are no school days, whatever a term says. */
export type SchoolPeriod = { kind: 'term' | 'break' | 'closed'; name: string; from: string; until: string };

/** Everything that decides where one child is. Each list is in order of time and has no overlaps within itself. */
export type ChildCalendar = {
  childId: ChildId;
  bornOn: string;
  /** The family's other children, for holidays that are a brother's or sister's birthday. */
  siblings?: { childId: ChildId; bornOn: string }[];
  zone: string;
  regular: InForce<RegularTerms>[];
  breaks: InForce<BreakTerms>[];
  holidays: InForce<HolidayTerms>[];
  vacations: AgreedTime[];
  changes: AgreedTime[];
  school: SchoolPeriod[];
};

/** Time without a change of hands or of what decides it. `holder` is null where nothing is agreed. */
export type Stretch = {
  from: number;
  until: number;
  holder: Holder | null;
  layer: Layer | null;
  /** What the layer calls it: "2-2-5-5", "Christmas, first half", "Mothering Sunday". */
  label: string;
  requestId: string | null;
  /** Where the child changes hands at its beginning, if it does. */
  place: Place | null;
};

/** A change of hands. */
export type PlannedHandover = { at: number; from: Holder | null; to: Holder | null; place: Place | null };
