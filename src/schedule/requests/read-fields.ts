import type { FamilyId } from '../../core/ids.ts';
import { isUuid } from '../../core/ids.ts';
import type { Typed } from '../../web/form.ts';

/** The family that a form was about; null of a form that does not say, which is about the one that a parent begins with. */
export function familyIn(body: unknown): FamilyId | null {
  const { family } = typedFields(body);
  return family !== undefined && isUuid(family) ? (family as FamilyId) : null;
}

/** Every plain field of a form as it was sent, to be shown again. */
export function typedFields(body: unknown): Typed {
  const typed: Typed = {};
  for (const [name, value] of Object.entries((body ?? {}) as Record<string, unknown>)) if (typeof value === 'string') typed[name] = value;
  return typed;
}

/** The boxes of one name that were ticked. */
export const ticked = (body: unknown, name: string): string[] => [(body as Record<string, string | string[]> | undefined)?.[name] ?? []].flat();
