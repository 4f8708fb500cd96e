/**
 * Who may see: conditions that fence a query to its actor. What lies outside is simply not found, so an answer never tells
 * "not yours" from "not there". Each takes names of columns or parameters, never values.
 */

/** The parent shares this family's record now. */
export const sharesFamily = (family: string, parent: string): string =>
  `exists (select from parley.family_parents scope
            where scope.family_id = ${family} and scope.parent_id = ${parent} and (scope.until is null or scope.until > now()))`;

/** A parenting holds today: from its first day until the day before it ended. */
export const holdsNow = (parenting: string): string =>
  `${parenting}.starts_on <= current_date and (${parenting}.ends_on is null or ${parenting}.ends_on > current_date)`;

/** The same for a given day, where "today" is a school's and not the database's. */
export const holdsOn = (parenting: string, day: string): string =>
  `${parenting}.starts_on <= ${day} and (${parenting}.ends_on is null or ${parenting}.ends_on > ${day})`;
