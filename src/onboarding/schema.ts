import { z } from 'zod';
import { type InvitationId, isUuid, type ParentId, type SchoolId } from '../core/ids.ts';
import { fold } from '../core/text.ts';
import { photoStatuses } from '../schools/index.ts';
import { idField, plainText } from '../web/form.ts';
import { idParam } from '../web/route.ts';
import type { Filter, Sort, Turn } from './dashboard-store.ts';

// ------------------------------------------------------------------ behind a link

/** Whatever stands in the address: what is no token at all is told in the same words as one that opens nothing. */
export const TokenParams = z.object({ token: z.string() });

export const CodeForm = z.strictObject({
  code: plainText('Enter the code your school told you')
    .refine(text => text.trim() !== '', 'Enter the code your school told you')
    .refine(text => text.length <= 100, 'A code has eight letters and numbers'),
});

// ------------------------------------------------------------------ one adult

export const AdultParams = z.object({ parentId: idParam<ParentId>() });

export const AdultQuery = z.object({ did: z.string().max(200).optional() });

const channel = z.enum(['either', 'email', 'sms'], 'Choose e-mail or SMS');
/** How many days a link works. */
export const dayChoices = ['7', '14', '28'] as const;

export const InviteForm = z.strictObject({ channel, days: z.enum(dayChoices, 'Choose how long the link works').transform(Number) });
export const RemindForm = z.strictObject({ channel });
/** With the round that the page showed: pressed twice, or by two people, it makes one new link. */
export const RenewForm = z.strictObject({
  channel,
  days: z.enum(dayChoices, 'Choose how long the link works').transform(Number),
  round: z
    .string({ error: 'This page was out of date. Load it again and retry.' })
    .regex(/^\d{1,9}$/, 'This page was out of date. Load it again and retry.')
    .transform(Number),
});

export const LettersQuery = z.object({ made: z.string().refine(isUuid) });
export const LetterCodesForm = z.strictObject({ made: idField<InvitationId>() });

export const StreamQuery = z.object({ school: idField<SchoolId>() });

// ------------------------------------------------------------------ the list

const cursor = z
  .string()
  .regex(/^(?:\d{1,17}_)?[0-9a-f-]{36}$/)
  .refine(text => isUuid(text.slice(-36)))
  .transform(text => ({ parentId: text.slice(-36) as ParentId, at: text.length > 36 ? text.slice(0, -37) : null }));

const listFields = {
  q: plainText('')
    .refine(text => text.length <= 200, 'Keep this to 200 characters or fewer')
    .default(''),
  class: plainText('')
    .refine(text => text.length <= 50, 'Choose a class from the list')
    .default(''),
  status: z.union([z.literal(''), z.enum(photoStatuses, 'Choose a status from the list')]).default(''),
  sort: z.enum(['name', 'change'], 'Choose how to sort').default('name'),
};
const turnFields = { after: cursor.optional(), before: cursor.optional(), last: z.literal('1').optional() };

export const ListQuery = z.object({ ...listFields, ...turnFields, did: z.string().max(200).optional() });
export type Listed = z.infer<typeof ListQuery>;
export const ExportQuery = z.object(listFields);

/** What stands between the words of a name; the same in `parley.name_words`. A reverse stroke would escape what follows it in a query. */
const separators = /[\s,.()/'’\\-]+/;

export const filterOf = (asked: Pick<Listed, 'q' | 'class' | 'status'>): Filter => ({
  // Two thousand bytes are the most that PostgreSQL takes as one word, and one character may fold into six.
  words: fold(asked.q)
    .split(separators)
    .filter(Boolean)
    .slice(0, 10)
    .map(word => word.slice(0, 600).toWellFormed()),
  className: asked.class === '' ? null : asked.class,
  status: asked.status === '' ? null : asked.status,
});

/** Where in the list: a place of the other order is none, and then the list begins at its beginning. */
export function turnOf(asked: Pick<Listed, 'sort' | 'after' | 'before' | 'last'>): Turn {
  const fits = (place: Listed['after']) => place !== undefined && (place.at !== null) === (asked.sort === ('change' satisfies Sort));
  if (asked.last !== undefined) return { kind: 'last' };
  if (fits(asked.after)) return { kind: 'after', cursor: asked.after! };
  if (fits(asked.before)) return { kind: 'before', cursor: asked.before! };
  return { kind: 'first' };
}

const picked = idField<ParentId>();
export const bulkActions = ['invite', 'remind', 'renew', 'letters'] as const;
export type BulkAction = (typeof bulkActions)[number];

/** The rows that are picked, or everyone the filter leaves; or one row by its own button. `sure`: what is about to happen has been shown. */
export const SelectionForm = z.strictObject({
  ...listFields,
  ...turnFields,
  pick: z
    .union([picked.transform(id => [id]), z.array(picked)])
    .optional()
    .transform(ids => [...new Set(ids ?? [])]),
  all: z.literal('1').optional(),
  sure: z.literal('1').optional(),
  do: z.enum([...bulkActions, 'clear'], 'Choose what to do').optional(),
  one: z
    .string()
    .regex(/^(?:invite|remind|renew|letters):[0-9a-f-]{36}$/, 'This page was out of date. Load it again and retry.')
    .optional()
    .transform(text => (text === undefined ? null : { action: text.slice(0, -37) as BulkAction, parentId: text.slice(-36) as ParentId })),
});
export type Selection = z.infer<typeof SelectionForm>;
