import { z } from 'zod';
import type { ActivityId, ChildId, FamilyId, ParentId, SchoolId } from '../core/ids.ts';
import { isUuid } from '../core/ids.ts';
import { countCharacters } from '../core/text.ts';
import { idField, plainText, tickbox, words } from '../web/form.ts';
import { idParam } from '../web/route.ts';

export const ActivityParams = z.object({ activityId: idParam<ActivityId>() });
const done = z.enum(['added', 'again', 'changed', 'cancelled', 'restored', 'day', 'same']).optional();
export const ActivityQuery = z.object({ done });
export const ListQuery = z.object({ family: idParam<FamilyId>().optional(), done: z.enum(['removed']).optional() });
export const NewQuery = z.object({ family: idParam<FamilyId>().optional(), child: idParam<ChildId>().optional() });
export const FamilyQuery = z.object({ family: idParam<FamilyId>().optional() });

export const outOfDate = 'This page was out of date. Load it again and retry.';
const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
const short = (most: number) =>
  plainText('')
    .refine(text => countCharacters(text) <= most, `Keep this to ${most} characters or fewer`)
    .optional()
    .transform(text => (text === undefined ? null : oneLine(text) || null));

/** A day that may be left out, of this century: what lies further off is a slip. */
export const maybeDay = (wrong: string) =>
  z
    .union(
      [z.literal('').transform(() => null), z.iso.date(wrong).refine(day => day >= '2000-01-01' && day <= '2099-12-31', 'Choose a day of this century')],
      wrong,
    )
    .optional()
    .transform(day => day ?? null);
const day = (wrong: string) => z.iso.date(wrong).refine(text => text >= '2000-01-01' && text <= '2099-12-31', 'Choose a day of this century');
const noTime = 'Write a time as 17:00';
const clock = z
  .union([z.literal('').transform(() => null), z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, { error: noTime, abort: true })], noTime)
  .optional()
  .transform(time => time ?? null);

const weekdays = z
  .union([z.string(), z.array(z.string()).max(7)], 'Choose days of the week')
  .optional()
  .transform(given => (given === undefined ? [] : Array.isArray(given) ? given : [given]))
  .refine(days => days.every(one => /^[1-7]$/.test(one)), 'Choose days of the week')
  .transform(days => [...new Set(days.map(Number))].toSorted((a, b) => a - b))
  .refine(days => days.length > 0, 'Choose at least one day of the week');

/** A parent by id, somebody in words ("other"), or whoever the children are with. */
const who = z.string().refine(text => text === 'with' || text === 'other' || isUuid(text), outOfDate) as unknown as z.ZodType<'with' | 'other' | ParentId>;

const version = z
  .string({ error: outOfDate })
  .regex(/^[1-9]\d{0,8}$/, outOfDate)
  .transform(Number);

const confirm = plainText('')
  .refine(text => text.length <= 40, outOfDate)
  .optional();

const terms = {
  submission: idField<string>(),
  name: words('Say what the activity is called', 80).transform(oneLine),
  weekdays,
  startsAt: clock,
  endsAt: clock,
  startsOn: maybeDay('Write the first day as a day that exists'),
  endsOn: maybeDay('Write the last day as a day that exists'),
  termOnly: tickbox,
  place: short(120),
  cost: short(120),
};
const ofParents = {
  /** What the form sends back of a number that was asked about. */
  confirm,
  provider: z.string().refine(text => text === '' || text === 'other' || isUuid(text), outOfDate) as unknown as z.ZodType<'' | 'other' | SchoolId>,
  providerOther: short(100),
  brings: who,
  bringsOther: short(80),
  collects: who,
  collectsOther: short(80),
};

type Terms = z.infer<z.ZodObject<typeof terms>>;
/** What one field cannot tell alone. */
const together = (typed: Terms, context: z.core.$RefinementCtx): void => {
  const say = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message });
  if ((typed.startsAt === null) !== (typed.endsAt === null))
    say(typed.startsAt === null ? 'startsAt' : 'endsAt', 'Give both times, or neither for a whole day');
  else if (typed.startsAt !== null && typed.endsAt! <= typed.startsAt) say('endsAt', 'It ends before it begins');
  if (typed.startsOn !== null && typed.endsOn !== null && typed.endsOn < typed.startsOn) say('endsOn', 'The last day is before the first');
};
type ByParent = z.infer<z.ZodObject<typeof ofParents>>;
const inWords = (typed: ByParent, context: z.core.$RefinementCtx): void => {
  for (const field of ['provider', 'brings', 'collects'] as const) {
    if (typed[field] === 'other' && typed[`${field}Other`] === null) {
      context.addIssue({ code: 'custom', path: [`${field}Other`], message: field === 'provider' ? 'Say who offers it' : `Say who ${field}` });
    }
  }
};

const child = z.string({ error: 'Choose a child' }).refine(isUuid, 'Choose a child') as unknown as z.ZodType<ChildId>;

export const AddForm = z
  .strictObject({ child, ...terms, ...ofParents, family: idField<FamilyId>() })
  .superRefine(together)
  .superRefine(inWords);
export const ChangeForm = z
  .strictObject({ ...terms, ...ofParents, version })
  .superRefine(together)
  .superRefine(inWords);
export const SchoolAddForm = z.strictObject({ child, ...terms }).superRefine(together);
export const SchoolChangeForm = z.strictObject({ ...terms, version }).superRefine(together);
export type TypedTerms = Terms & Partial<ByParent>;

/** From a day on; or, with `back`, the cancelling is taken back. */
export const CancelForm = z.strictObject({ submission: idField<string>(), version, from: day('Choose the day from which it is off') });
export const RestoreForm = z.strictObject({ submission: idField<string>(), version, back: z.literal('1') });

/** What is different on a day. `seen` is the difference that the page showed for it, if there was one. */
export const DayForm = z
  .strictObject({
    submission: idField<string>(),
    day: day('Choose a day'),
    kind: z.enum(['cancelled', 'moved', 'extra', 'always'], 'Say what is different'),
    seen: z.union([z.literal(''), idField<string>()]).optional().transform(id => id || null), // prettier-ignore
    toDay: maybeDay('Write the other day as a day that exists'),
    startsAt: clock,
    endsAt: clock,
    place: short(120),
    confirm,
  })
  .superRefine((typed, context) => {
    const say = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message });
    if (typed.kind !== 'moved' && typed.kind !== 'extra') return;
    if ((typed.startsAt === null) !== (typed.endsAt === null))
      say(typed.startsAt === null ? 'startsAt' : 'endsAt', 'Give both times, or neither'); // prettier-ignore
    else if (typed.startsAt !== null && typed.endsAt! <= typed.startsAt) say('endsAt', 'It ends before it begins');
    if (typed.kind === 'moved' && typed.toDay === null && typed.startsAt === null && typed.place === null) say('toDay', 'Give the other day, time or place');
  });
export type DayChange = z.infer<typeof DayForm>;

export const DayQuery = z.object({ day: day('').optional() });

export const RemoveForm = z.strictObject({ submission: idField<string>() });
