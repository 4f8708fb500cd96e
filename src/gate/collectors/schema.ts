import { z } from 'zod';
import type { ChildId, CollectionRequestId, CollectorId, ParentId } from '../../core/ids.ts';
import { isUuid } from '../../core/ids.ts';
import { idField, plainText } from '../../web/form.ts';
import { idParam } from '../../web/route.ts';
import { isoDay, note, several } from '../schema.ts';

export const CollectorParams = z.object({ collectorId: idParam<CollectorId>() });
export const RequestParams = z.object({ requestId: idParam<CollectionRequestId>() });

/** A day that may be left out. */
const maybeDay = z.union([z.literal('').transform(() => null), isoDay('Write a date as a day that exists')]);
const short = plainText('');

const weekdays = z
  .union([z.string(), z.array(z.string()).max(7)])
  .optional()
  .transform(given => (given === undefined ? [] : Array.isArray(given) ? given : [given]))
  .refine(days => days.every(day => /^[1-7]$/.test(day)), 'Choose days of the week')
  .transform(days => [...new Set(days.map(Number))].toSorted((a, b) => a - b));

/** Names, relation and contact details are read by the school's own rules, so that they are the same on the roll. */
export const CollectorForm = z
  .strictObject({
    submission: idField<string>(),
    givenName: short,
    surname: short,
    relation: short,
    email: short,
    mobile: short,
    child: several<ChildId>().refine(children => children.length > 0, 'Choose at least one child'),
    from: maybeDay,
    until: maybeDay,
    weekdays,
  })
  .refine(({ from, until }) => from === null || until === null || until >= from, { path: ['until'], message: 'The last day is before the first' });

/** "me", or somebody whom a parent chose. */
const collector = z.string({ error: 'Choose who collects' }).refine(who => who === 'me' || isUuid(who), 'Choose who collects') as unknown as z.ZodType<
  'me' | CollectorId
>;

export const TellForm = z.strictObject({
  child: z.string({ error: 'Choose a child' }).refine(isUuid, 'Choose a child') as unknown as z.ZodType<ChildId>,
  who: collector,
  day: isoDay('Choose a day'),
  note,
});

/** The person is new to the school, or is an adult on the roll of the same name. */
export const ConfirmForm = z.strictObject({
  adult: z
    .string({ error: 'Say whether this is somebody on the roll already' })
    .refine(adult => adult === 'new' || isUuid(adult), 'Say whether this is somebody on the roll already') as unknown as z.ZodType<ParentId | 'new'>,
});
