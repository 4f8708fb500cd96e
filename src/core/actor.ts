import type { AccountId, ParentId } from './ids.ts';

/** Someone who signed in. An account may be a parent's, a staff member's, or both. */
export type User = { kind: 'user'; accountId: AccountId; parentId: ParentId | null };

/** A user who is a parent: what every page about a family asks for. */
export type ParentUser = User & { parentId: ParentId };

/** The program itself, named after the job it does. */
export type System = { kind: 'system'; name: string };

/** The program, doing the job of this name. */
export const system = (name: string): System => ({ kind: 'system', name });

/** Whoever acts. A verb says which of these it takes. */
export type Actor = User | System;

export const isParent = (user: User): user is ParentUser => user.parentId !== null;
