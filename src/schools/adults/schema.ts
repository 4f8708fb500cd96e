import { z } from 'zod';
import type { ChildId, ParentId } from '../../core/ids.ts';
import { idField } from '../../web/form.ts';
import { idParam } from '../../web/route.ts';
import { field, optional } from '../schema.ts';

export const AdultParams = z.object({ parentId: idParam<ParentId>() });
export const CollectingParams = z.object({ childId: idParam<ChildId>(), parentId: idParam<ParentId>() });
export const AddAdultQuery = z.object({ child: idParam<ChildId>().optional() });

export const AdultForm = z.strictObject({ givenName: optional, surname: optional, email: field, mobile: field });

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
