import { z } from 'zod';
import type { ChildId, ImportId, ParentId, ProposalId, SchoolId } from '../core/ids.ts';
import { idField, plainText } from '../web/form.ts';
import { idParam } from '../web/route.ts';

/** What is wrong with a person is said where persons are read; a form's field only has to be one piece of text. */
const field = plainText('Fill this in').refine(text => text.length <= 1000, 'This is too long');
const optional = field.optional().transform(text => text ?? '');

export const ChooseSchoolForm = z.strictObject({ school: idField<SchoolId>() });

export const PupilParams = z.object({ childId: idParam<ChildId>() });
export const AdultParams = z.object({ parentId: idParam<ParentId>() });
export const CollectingParams = z.object({ childId: idParam<ChildId>(), parentId: idParam<ParentId>() });
export const ProposalParams = z.object({ proposalId: idParam<ProposalId>() });
export const ImportParams = z.object({ importId: idParam<ImportId>() });

export const PupilsQuery = z.object({ q: optional, class: optional, after: idParam<ChildId>().optional(), before: idParam<ChildId>().optional() });
export const PupilQuery = z.object({ done: z.enum(['added', 'proposed', 'changed', 'confirmed', 'withdrawn', 'ended']).optional() });
export const AddAdultQuery = z.object({ child: idParam<ChildId>().optional() });
export const ImportQuery = z.object({
  show: z.enum(['all', 'created', 'matched', 'wrong']).default('all'),
  p: z
    .string()
    .regex(/^[1-9]\d{0,3}$/)
    .transform(Number)
    .default(1),
});

export const PupilForm = z.strictObject({ childGivenName: field, childSurname: field, className: field });
export const AdultForm = z.strictObject({ givenName: optional, surname: optional, email: field, mobile: field });
export const ImportForm = z.strictObject({});
export const CommitForm = z.strictObject({ plan: plainText('').refine(text => /^[\w-]{43}$/.test(text)) });

/** One adult for a child who is there; or for a new child, perhaps with a second adult, whose fields end in 2. */
export const AddAdultForm = z.strictObject({
  submission: idField<string>(),
  child: idField<ChildId>().optional(),
  givenName: field,
  surname: field,
  relation: field,
  email: field,
  mobile: field,
  childGivenName: optional,
  childSurname: optional,
  bornOn: optional,
  className: optional,
  givenName2: optional,
  surname2: optional,
  relation2: optional,
  email2: optional,
  mobile2: optional,
});
