import type { FamilyId } from '../../core/ids.ts';
import { isUuid } from '../../core/ids.ts';
import { typedFields } from '../../web/form.ts';

/** The family that a form was about; null of a form that does not say, which is about the one that a parent begins with. */
export function familyIn(body: unknown): FamilyId | null {
  const { family } = typedFields(body);
  return family !== undefined && isUuid(family) ? (family as FamilyId) : null;
}
