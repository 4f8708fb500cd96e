/**
 * Who may see: conditions that fence a query to its actor. What lies outside is simply not found, so an answer never tells
 * "not yours" from "not there". Each takes names of columns or parameters, never values.
 */

/** The parent shares this family's record now. */
export const sharesFamily = (family: string, parent: string): string =>
  `exists (select from parley.family_parents scope
            where scope.family_id = ${family} and scope.parent_id = ${parent} and (scope.until is null or scope.until > now()))`;
