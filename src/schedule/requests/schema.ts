import { z } from 'zod';
import type { FamilyId, RequestId } from '../../core/ids.ts';
import { isUuid } from '../../core/ids.ts';
import { idField, plainText } from '../../web/form.ts';
import { idParam } from '../../web/route.ts';
import { maybeClock, maybeDay, maybeLine, maybeWords, placeFields, severalIds } from '../fields.ts';
import { timeKinds } from './terms.ts';

export const RequestParams = z.object({ requestId: idParam<RequestId>() });
export const KindParams = z.object({ kind: z.enum(timeKinds) });
/** What a link to the form fills in: the day that was looked at. */
export const NewQuery = z.object({ day: z.string().max(20).optional(), child: z.string().max(40).optional(), kind: z.enum(timeKinds).optional() });
export const ListQuery = z.object({
  page: z
    .string()
    .regex(/^[1-9]\d{0,3}$/)
    .transform(Number)
    .optional(),
});

/** The rows of a time form: time that would be with one parent, and for a swap time that would be with the other. */
export const rowNames = ['a1', 'a2', 'a3', 'b1', 'b2', 'b3'] as const;
export type RowName = (typeof rowNames)[number];
type RowField = `${RowName | 'missed'}${'day' | 'start' | 'until' | 'end'}`;
const rowFields = Object.fromEntries(
  [...rowNames, 'missed'].flatMap(name => [
    [`${name}day`, maybeDay],
    [`${name}start`, maybeClock],
    [`${name}until`, maybeDay],
    [`${name}end`, maybeClock],
  ]),
) as Record<RowField, typeof maybeDay>;

export const answerWords = 2000;

export const TimeForm = z.strictObject({
  ...rowFields,
  ...placeFields,
  submission: idField<string>(),
  /** Of a new request: the family whose page this was, whichever is looked at meanwhile. */
  family: idField<FamilyId>().optional(),
  kind: z.enum(timeKinds).optional(),
  child: severalIds.refine(children => children.length > 0, 'Choose at least one child'),
  who: plainText('')
    .refine(text => text === '' || text === 'other' || isUuid(text), 'Choose who they would be with')
    .optional(),
  label: maybeLine(80),
  where: maybeLine(80),
  note: maybeWords(answerWords),
  respondDay: maybeDay,
  respondClock: maybeClock,
  confirm: plainText('').max(40).optional(),
});
export type TimeForm = z.infer<typeof TimeForm>;

export const AnswerForm = z.strictObject({
  answer: z.enum(['yes', 'no'], 'Choose whether you agree'),
  note: maybeWords(answerWords),
  confirm: plainText('').max(40).optional(),
});
export const WithdrawForm = z.strictObject({});
